import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { activityManager, TypeOrmStorage } from '@romancy/typeorm';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { ABSENT, createDatabase, openStorage, SERVER_NAMES, type TestDatabase } from './support/databases.js';
import { claimRunnable, emptyEntry, historyRow, startHeld, write } from './support/entries.js';

describe('connections of servers', () => {
  it(`are tried on every server at hand; left out: ${ABSENT.join(', ') || 'nothing'}`, () => {
    expect(SERVER_NAMES.length + ABSENT.length).toBe(3);
  });

  for (const name of SERVER_NAMES) {
    describe(`on ${name}`, () => {
      let database: TestDatabase;
      let storage: TypeOrmStorage;

      beforeAll(async () => {
        database = await createDatabase(name);
        storage = await openStorage(database, { applicationPoolSize: 3 });
      }, 120_000);

      afterAll(async () => {
        await storage.close();
        await database.drop();
      });

      /** A transaction of user code that has this instance's row locked. */
      async function lockRow(instanceId: string): Promise<() => Promise<void>> {
        const runner = storage.dataSource.createQueryRunner();
        await runner.startTransaction();
        await runner.query(`SELECT 1 FROM workflow_instances WHERE instance_id = '${instanceId}' FOR UPDATE`);
        return async () => {
          await runner.rollbackTransaction();
          await runner.release();
        };
      }

      it('of activities, all taken, hinder neither commits nor renewals nor reads', async () => {
        const held = await startHeld(storage);
        const transactions = Array.from({ length: 3 }, (_, index) => storage.transactions.create(`activity ${index}`));
        for (const transaction of transactions) await activityManager(transaction).query('SELECT 1');
        expect(await write(storage, [emptyEntry(held, { history: [historyRow('a:1')] })])).toEqual([{ kind: 'done' }]);
        expect(await storage.leases.renew([held], 20_000)).toEqual({ lost: [], cancelRequested: [] });
        expect(await storage.instances.get(held.instanceId)).toBeDefined();
        for (const transaction of transactions) await transaction.rollback();
      });

      it('of an activity that hangs in a statement are given up when it is rolled back', async () => {
        const transaction = storage.transactions.create('hangs');
        const sleeps = name === 'postgres' ? 'SELECT pg_sleep(30)' : 'SELECT SLEEP(30)';
        const hanging = activityManager(transaction).query(sleeps);
        hanging.catch(() => undefined);
        await sleep(100);
        const since = Date.now();
        await transaction.rollback();
        expect(Date.now() - since).toBeLessThan(8000);
        const next = storage.transactions.create('next');
        expect(await activityManager(next).query('SELECT 1 AS one')).toHaveLength(1);
        await next.rollback();
      }, 20_000);

      it('of an activity that was rolled back while it waited for one are given back', async () => {
        const all = Array.from({ length: 3 }, (_, index) => storage.transactions.create(`activity ${index}`));
        for (const transaction of all) await activityManager(transaction).query('SELECT 1');
        const waiting = storage.transactions.create('waits');
        const statement = activityManager(waiting).query('SELECT 1');
        statement.catch(() => undefined);
        const rolledBack = waiting.rollback();
        await sleep(20);
        for (const transaction of all) await transaction.rollback();
        await rolledBack;
        await expect(statement).rejects.toMatchObject({ code: 'ROMANCY_TRANSACTION_ENDED' });
        const again = Array.from({ length: 3 }, (_, index) => storage.transactions.create(`again ${index}`));
        for (const transaction of again) await activityManager(transaction).query('SELECT 1');
        for (const transaction of again) await transaction.rollback();
      });

      it('of renewals pass rows that are locked at that moment, and come back to them', async () => {
        const [locked, free] = [await startHeld(storage), await startHeld(storage)];
        const unlock = await lockRow(locked.instanceId);
        const report = storage.leases.renew([locked, free], 300_000);
        await sleep(300);
        // The free one was not kept waiting.
        expect((await storage.instances.get(free.instanceId))!.lockExpiresAt! - Date.now()).toBeGreaterThan(200_000);
        expect((await storage.instances.get(locked.instanceId))!.lockExpiresAt! - Date.now()).toBeLessThan(100_000);
        await unlock();
        expect(await report).toEqual({ lost: [], cancelRequested: [] });
        expect((await storage.instances.get(locked.instanceId))!.lockExpiresAt! - Date.now()).toBeGreaterThan(200_000);
      });

      it('of renewals give up on a row that stays locked, without calling it lost', async () => {
        const locked = await startHeld(storage);
        const unlock = await lockRow(locked.instanceId);
        expect(await storage.leases.renew([locked], 300_000)).toEqual({ lost: [], cancelRequested: [] });
        await unlock();
        expect((await storage.instances.get(locked.instanceId))!.lockExpiresAt! - Date.now()).toBeLessThan(100_000);
      }, 20_000);

      it('of claims leave a locked row to whoever has it', async () => {
        const [locked, free] = [await startHeld(storage, { lock: null }), await startHeld(storage, { lock: null })];
        const unlock = await lockRow(locked.instanceId);
        const scope = { token: randomUUID(), leaseMs: 10_000, workflowNames: ['orders'], codeVersions: [] };
        const claimed = await claimRunnable(storage, scope, 100);
        expect(claimed.map(({ row }) => row.instanceId)).toEqual([free.instanceId]);
        await unlock();
        expect((await claimRunnable(storage, scope, 100)).map(({ row }) => row.instanceId)).toEqual([
          locked.instanceId,
        ]);
      });

      it('of commits do not wait for ever: the entry is a conflict, to be tried again', async () => {
        const held = await startHeld(storage);
        const unlock = await lockRow(held.instanceId);
        const entry = emptyEntry(held, { history: [historyRow('a:1')] });
        await expect(write(storage, [entry])).rejects.toMatchObject({ code: 'ROMANCY_SERIALIZATION_CONFLICT' });
        await unlock();
        expect(await write(storage, [entry])).toEqual([{ kind: 'done' }]);
      }, 20_000);

      it('are closed when what is under way has ended', async () => {
        const second = await openStorage(database);
        const held = await startHeld(second);
        const unlock = await lockRow(held.instanceId);
        const writing = write(second, [emptyEntry(held, { history: [historyRow('a:1')] })]);
        await sleep(50);
        const closing = second.close();
        await sleep(50);
        await unlock();
        expect(await writing).toEqual([{ kind: 'done' }]);
        await closing;
      });

      it('a session that is given back twice is lent to one at a time', async () => {
        const session = await storage.commits.acquire();
        session.release();
        session.release();
        const [good, bad] = [await startHeld(storage), await startHeld(storage)];
        const step = historyRow('a:1');
        // Two entries of one instance make a transaction of several statements; on a shared connection the one would roll the other back.
        const results = await Promise.allSettled([
          write(storage, [emptyEntry(bad, { history: [step] }), emptyEntry(bad, { history: [step] })]),
          write(storage, [emptyEntry(good, { history: [step] }), emptyEntry(good, { history: [historyRow('b:1')] })]),
        ]);
        expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
        expect((await storage.history.read(good.instanceId, 0, 9)).map((row) => row.activityId)).toEqual([
          'a:1',
          'b:1',
        ]);
        expect(await storage.history.read(bad.instanceId, 0, 9)).toEqual([]);
      });
    });
  }

  if (SERVER_NAMES.includes('postgres')) {
    describe('postgres', () => {
      let database: TestDatabase;

      beforeAll(async () => {
        database = await createDatabase('postgres');
      }, 120_000);
      afterAll(() => database.drop());

      it('works without prepared statements', async () => {
        const storage = await openStorage(database, { preparedStatements: false });
        const held = await startHeld(storage);
        expect(await write(storage, [emptyEntry(held, { history: [historyRow('a:1')] })])).toEqual([{ kind: 'done' }]);
        const transaction = storage.transactions.create('a');
        await transaction.manager.query('SELECT 1');
        expect(await transaction.commit([emptyEntry(held, { history: [historyRow('b:1')] })])).toEqual({
          kind: 'done',
        });
        const [row] = await storage.dataSource.query<{ n: string }[]>(
          `SELECT count(*) AS n FROM pg_prepared_statements`,
        );
        expect(Number(row?.n)).toBe(0);
        await storage.close();
      });

      it('names the hot statements on the application’s connections too', async () => {
        const dataSource = await new DataSource(database.dataSourceOptions({ poolSize: 1 })).initialize();
        const storage = new TypeOrmStorage({ dataSource });
        await storage.open();
        const held = await startHeld(storage);
        const transaction = storage.transactions.create('a');
        await transaction.manager.query('SELECT 1');
        expect(await transaction.commit([emptyEntry(held, { history: [historyRow('a:1')] })])).toEqual({
          kind: 'done',
        });
        const rows = await dataSource.query<{ name: string }[]>(`SELECT name FROM pg_prepared_statements`);
        expect(rows.map((row) => row.name)).toEqual([expect.stringMatching(/^romancy_[0-9a-f]{24}$/)]);
        await storage.close();
        await dataSource.destroy();
      });

      it('refuses pg-native, which empties binary values', async () => {
        class Native extends pg.Client {
          readonly native = {};
        }
        const dataSource = new DataSource(database.dataSourceOptions({ extra: { Client: Native } }));
        await expect(new TypeOrmStorage({ dataSource }).open()).rejects.toMatchObject({
          code: 'ROMANCY_DRIVER',
          message: expect.stringContaining('pg-native'),
        });
        expect(dataSource.isInitialized).toBe(false);
      });

      it('looks up the rows that it fences by their primary key, however the tables look when it prepares', async () => {
        const storage = await openStorage(database, { commitSessions: 1 });
        const statements: string[] = [];
        const watched = await openStorage(database, { onStatement: (text) => statements.push(text) });
        const [held, other] = [await startHeld(watched), await startHeld(watched)];
        statements.length = 0;
        const end = { status: 'completed', release: true, cleanUp: true } as const;
        await write(
          watched,
          [held, other].map((one) => emptyEntry(one, { history: [historyRow('a:1')], ...end })),
        );
        const [text = ''] = statements;
        const types = [...text.matchAll(/\$(\d+)::(\w+\[\])/g)].map((match) => match[2]);
        const runner = storage.dataSource.createQueryRunner();
        await runner.query(
          'SET enable_seqscan = off; SET enable_mergejoin = off; SET plan_cache_mode = force_generic_plan',
        );
        await runner.query(`PREPARE fenced (${types.join(', ')}) AS ${text}`);
        const plan = (await runner.query(`EXPLAIN EXECUTE fenced (${types.map(() => `'{}'`).join(', ')})`)) as {
          'QUERY PLAN': string;
        }[];
        await runner.release();
        const lines = plan.map((line) => line['QUERY PLAN']).join('\n');
        expect(lines).toContain('Index Scan using workflow_instances_pkey');
        expect(lines).not.toMatch(/Seq Scan|idx_instances_locked|idx_instances_resumable/);
        await watched.close();
        await storage.close();
      });
    });
  }

  if (SERVER_NAMES.includes('mariadb')) {
    it('mariadb: a group that is too large for a packet is a conflict; its entries alone are written', async () => {
      const database = await createDatabase('mariadb');
      const storage = await openStorage(database);
      const large = JSON.stringify('x'.repeat(9 * 1024 * 1024));
      const entries = await Promise.all(
        [1, 2].map(async () => emptyEntry(await startHeld(storage), { history: [historyRow('a:1', { data: large })] })),
      );
      const session = await storage.commits.acquire();
      await expect(session.write(entries)).rejects.toMatchObject({ code: 'ROMANCY_ENTRY_CONFLICT', conflict: 'value' });
      // As the committer does: the same session, entry by entry.
      for (const entry of entries) expect(await session.write([entry])).toEqual([{ kind: 'done' }]);
      // One that is too large by itself is refused before it is sent, in an activity as well.
      const [held, huge] = [await startHeld(storage), JSON.stringify('"'.repeat(8 * 1024 * 1024))];
      const entry = emptyEntry(held, { history: [historyRow('a:1', { data: huge })] });
      await expect(session.write([entry])).rejects.toMatchObject({ conflict: 'value' });
      session.release();
      const transaction = storage.transactions.create('huge');
      await transaction.manager.query('SELECT 1');
      await expect(transaction.commit([entry])).rejects.toMatchObject({ conflict: 'value' });
      expect(await write(storage, [emptyEntry(held, { history: [historyRow('a:1')] })])).toEqual([{ kind: 'done' }]);
      await storage.close();
      await database.drop();
    }, 60_000);
  }
});
