import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { activityManager, TypeOrmStorage } from '@romancy/typeorm';
import { ABSENT, createDatabase, SERVER_NAMES, type TestDatabase } from './support/databases.js';
import { claimRunnable, emptyEntry, historyRow, newInstance, startEntry, startHeld, write } from './support/entries.js';
import { openProxy, type Proxy } from './support/proxy.js';

describe('broken connections', () => {
  it(`are tried on every server at hand; left out: ${ABSENT.join(', ') || 'nothing'}`, () => {
    expect(SERVER_NAMES.length + ABSENT.length).toBe(3);
  });

  for (const name of SERVER_NAMES) {
    describe(`on ${name}`, () => {
      let database: TestDatabase;
      let proxy: Proxy;
      let storage: TypeOrmStorage;

      beforeAll(async () => {
        database = await createDatabase(name);
        proxy = await openProxy(database.url);
        storage = new TypeOrmStorage({ database: proxy.url });
        await storage.open();
        await storage.dataSource.query('CREATE TABLE note (id VARCHAR(100) PRIMARY KEY)');
      }, 120_000);

      afterAll(async () => {
        await storage.close();
        await proxy.close();
        await database.drop();
      });

      const steps = async (instanceId: string): Promise<string[]> =>
        (await storage.history.read(instanceId, 0, 10)).map((row) => row.activityId);
      const note = (id: string): string => `INSERT INTO note (id) VALUES ('${id}')`;
      const exists = async (id: string): Promise<boolean> =>
        (await storage.dataSource.query<unknown[]>(`SELECT 1 FROM note WHERE id = '${id}'`)).length === 1;

      // Under load a read can meet a connection of the pool that was cut a moment ago.
      const eventually = async <T>(work: () => Promise<T>): Promise<T> => {
        for (let attempt = 0; ; attempt++) {
          try {
            return await work();
          } catch (error) {
            if (attempt === 20) throw error;
            await sleep(50);
          }
        }
      };

      it.each(['before', 'after'] as const)(
        'a group whose line is cut %s the server gets it is unknown',
        async (moment) => {
          const held = await eventually(() => startHeld(storage));
          const activityId = `mark-${randomUUID()}:1`;
          const entry = emptyEntry(held, { history: [historyRow(activityId)] });
          proxy.cutAt(activityId, moment);
          await expect(write(storage, [entry])).rejects.toMatchObject({ code: 'ROMANCY_COMMIT_UNKNOWN' });
          await sleep(100);
          expect(await eventually(() => steps(held.instanceId))).toEqual(moment === 'after' ? [activityId] : []);
          // What the engine then does: write it again, which tells.
          const again = write(storage, [entry]);
          if (moment === 'before') await expect(again).resolves.toEqual([{ kind: 'done' }]);
          else await expect(again).rejects.toMatchObject({ code: 'ROMANCY_ENTRY_CONFLICT', conflict: 'unique' });
        },
      );

      it('an activity whose line is cut before its last statements is not written', async () => {
        const held = await eventually(() => startHeld(storage));
        const transaction = storage.transactions.create('reserve');
        const [id, activityId] = [randomUUID(), `mark-${randomUUID()}:1`];
        await activityManager(transaction).query(note(id));
        proxy.cutAt(activityId, 'before');
        const commit = transaction.commit([emptyEntry(held, { history: [historyRow(activityId)] })]);
        // On PostgreSQL the commit is on its way together with them.
        const code = name === 'postgres' ? 'ROMANCY_COMMIT_UNKNOWN' : 'ROMANCY_STORAGE_UNAVAILABLE';
        await expect(commit).rejects.toMatchObject({ code });
        expect(await eventually(() => exists(id))).toBe(false);
        expect(await eventually(() => steps(held.instanceId))).toEqual([]);
      });

      it.each(['before', 'after'] as const)(
        'an activity whose line is cut %s the server gets COMMIT is unknown',
        async (moment) => {
          const held = await eventually(() => startHeld(storage));
          const transaction = storage.transactions.create('reserve');
          const id = randomUUID();
          await activityManager(transaction).query(note(id));
          proxy.cutAt('COMMIT', moment);
          const commit = transaction.commit([emptyEntry(held, { history: [historyRow('a:1')] })]);
          await expect(commit).rejects.toMatchObject({ code: 'ROMANCY_COMMIT_UNKNOWN' });
          await sleep(100);
          expect(await eventually(() => exists(id))).toBe(moment === 'after');
          expect(await eventually(() => steps(held.instanceId))).toEqual(moment === 'after' ? ['a:1'] : []);
        },
      );

      it('a server that is gone is unavailable, and used again when it is back', async () => {
        const held = await eventually(() => startHeld(storage));
        proxy.goDown();
        await sleep(50);
        await expect(storage.instances.get(held.instanceId)).rejects.toMatchObject({
          code: 'ROMANCY_STORAGE_UNAVAILABLE',
        });
        await expect(storage.history.read(held.instanceId, 0, 1)).rejects.toMatchObject({
          code: 'ROMANCY_STORAGE_UNAVAILABLE',
        });
        const scope = { token: 't', leaseMs: 1000, workflowNames: ['w'], codeVersions: [] };
        await expect(claimRunnable(storage, scope, 5)).rejects.toMatchObject({
          code: 'ROMANCY_STORAGE_UNAVAILABLE',
        });
        await expect(storage.leases.renew([held], 1000)).rejects.toMatchObject({ code: 'ROMANCY_STORAGE_UNAVAILABLE' });
        const codes: unknown[] = [];
        for (let attempt = 0; attempt < 3; attempt++) {
          codes.push(
            await write(storage, [startEntry(newInstance())]).catch(
              (error: unknown) => (error as { code: unknown }).code,
            ),
          );
        }
        expect(codes.at(-1)).toBe('ROMANCY_STORAGE_UNAVAILABLE');
        proxy.comeBack();
        await eventually(() => write(storage, [emptyEntry(held, { history: [historyRow('a:1')] })]));
        expect(await eventually(() => steps(held.instanceId))).toEqual(['a:1']);
      });

      it('a deadlock in an activity is a conflict, even if its body swallows the error; nothing is written', async () => {
        const [x, y] = [randomUUID(), randomUUID()];
        await eventually(() => storage.dataSource.query(`INSERT INTO note (id) VALUES ('${x}'), ('${y}')`));
        const touch = (id: string): string => `UPDATE note SET id = id WHERE id = '${id}'`;
        const marks = [randomUUID(), randomUUID()];
        const conflicted: boolean[] = [];
        const run = async (first: string, second: string, mark: string): Promise<unknown> => {
          const held = await startHeld(storage);
          const transaction = storage.transactions.create('reserve');
          const manager = activityManager(transaction);
          await manager.query(note(mark));
          await manager.query(touch(first));
          await sleep(150);
          await manager.query(touch(second)).catch(() => undefined);
          await manager.query(note(`${mark}-late`)).catch(() => undefined);
          conflicted.push(transaction.conflictedBy(new Error('what followed')));
          return transaction
            .commit([emptyEntry(held, { history: [historyRow('a:1')] })])
            .catch((error: unknown) => error);
        };
        const results = await Promise.all([run(x, y, marks[0]!), run(y, x, marks[1]!)]);
        expect(conflicted.sort()).toEqual([false, true]);
        const lost = results.findIndex((result) => (result as { kind?: string }).kind !== 'done');
        expect(results[1 - lost]).toEqual({ kind: 'done' });
        expect(results[lost]).toMatchObject({ code: 'ROMANCY_SERIALIZATION_CONFLICT' });
        expect([await exists(marks[lost]!), await exists(`${marks[lost]!}-late`)]).toEqual([false, false]);
        expect([await exists(marks[1 - lost]!), await exists(`${marks[1 - lost]!}-late`)]).toEqual([true, true]);
      });
    });
  }
});
