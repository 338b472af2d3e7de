import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { runInScope, silentLogger, type CommitEntry, type EntryVerdict, type LogFields } from '@romancy/core';
import { activityManager, foreignTransaction, type TypeOrmActivityTransaction, TypeOrmStorage } from '@romancy/typeorm';
import { DataSource, EntitySchema, Repository, type EntityManager } from 'typeorm';
import { scopeOf } from './support/scope.js';
import { createDatabase, DATABASES, type TestDatabase } from './support/databases.js';
import { emptyEntry, historyRow, startHeld } from './support/entries.js';

interface Note {
  id: string;
  text: string;
}
const NoteEntity = new EntitySchema<Note>({
  name: 'Note',
  columns: { id: { type: 'varchar', length: 100, primary: true }, text: { type: 'varchar', length: 200 } },
});

/** A custom repository as Nest applications write them. */
class Notes extends Repository<Note> {
  constructor(dataSource: DataSource) {
    super(NoteEntity, dataSource.createEntityManager());
  }
  add(id: string): Promise<unknown> {
    return this.insert({ id, text: 'custom' });
  }
}

describe.each(DATABASES)("an activity's transaction on %s", (name) => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let storage: TypeOrmStorage;
  const warnings: LogFields[] = [];

  beforeAll(async () => {
    database = await createDatabase(name);
    storage = new TypeOrmStorage({
      ...(name === 'sqlite3'
        ? { database: database.url, driver: 'sqlite3' as const }
        : { dataSource: new DataSource(database.dataSourceOptions({ entities: [NoteEntity] })) }),
      transactionWarnAfterMs: 50,
      logger: { ...silentLogger, warn: (_, fields) => void warnings.push(fields ?? {}) },
    });
    await storage.open();
    dataSource = storage.dataSource;
    await dataSource.query('CREATE TABLE note (id VARCHAR(100) PRIMARY KEY, text VARCHAR(200) NOT NULL)');
  }, 120_000);

  afterAll(async () => {
    await storage.close();
    await database.drop();
  });

  const sql = (text: string): string => {
    let index = 0;
    return name === 'postgres' ? text.replace(/\?/g, () => `$${++index}`) : text;
  };
  const insert = (manager: Pick<EntityManager, 'query'>, id: string): Promise<unknown> =>
    manager.query(sql('INSERT INTO note (id, text) VALUES (?, ?)'), [id, 'x']);
  const exists = async (id: string): Promise<boolean> =>
    (await dataSource.query<unknown[]>(sql('SELECT 1 FROM note WHERE id = ?'), [id])).length === 1;

  /** Runs a body as an activity's attempt, and commits an entry with one history row. */
  async function attempt(
    body: (transaction: TypeOrmActivityTransaction) => Promise<unknown>,
    more: Partial<CommitEntry> = {},
  ): Promise<{ verdict: EntryVerdict; instanceId: string }> {
    const held = await startHeld(storage);
    const transaction = storage.transactions.create('reserve (order-1)');
    try {
      await runInScope(scopeOf(transaction), () => body(transaction));
    } catch (error) {
      await transaction.rollback();
      throw error;
    }
    const entry = emptyEntry(held, { history: [historyRow('reserve:1')], ...more });
    return { verdict: await transaction.commit([entry]), instanceId: held.instanceId };
  }

  const history = async (instanceId: string): Promise<string[]> =>
    (await storage.history.read(instanceId, 0, 100)).map((row) => row.activityId);

  it('commits what was written through its manager together with the history', async () => {
    const id = randomUUID();
    const { verdict, instanceId } = await attempt((transaction) => insert(activityManager(transaction), id));
    expect(verdict).toEqual({ kind: 'done' });
    expect(await exists(id)).toBe(true);
    expect(await history(instanceId)).toEqual(['reserve:1']);
  });

  it('is followed by everything that goes through the DataSource', async () => {
    const ids = Array.from({ length: 4 }, () => randomUUID());
    const rolledBack = attempt(async (transaction) => {
      await insert(dataSource, ids[0]!);
      await insert(dataSource.manager, ids[1]!);
      await dataSource
        .createQueryBuilder()
        .insert()
        .into('note', ['id', 'text'])
        .values({ id: ids[2], text: 'qb' })
        .execute();
      const runner = dataSource.createQueryRunner();
      await runner.connect();
      await insert(runner, ids[3]!);
      await runner.release();
      expect(transaction.used).toBe(true);
      throw new Error('no stock');
    });
    await expect(rolledBack).rejects.toThrow('no stock');
    for (const id of ids) expect(await exists(id)).toBe(false);
  });

  if (name !== 'sqlite3') {
    it('is followed by injected, custom and tree-less repositories, old and new', async () => {
      const old = dataSource.getRepository(NoteEntity);
      const custom = new Notes(dataSource);
      const ids = Array.from({ length: 5 }, () => randomUUID());
      const write = async (): Promise<void> => {
        await old.insert({ id: ids[0]!, text: 'a' });
        await old.save({ id: ids[1]!, text: 'b' });
        await custom.add(ids[2]!);
        await dataSource.getRepository(NoteEntity).upsert({ id: ids[3]!, text: 'd' }, ['id']);
        await old.createQueryBuilder().insert().values({ id: ids[4]!, text: 'e' }).execute();
        expect(await old.countBy({ text: 'b', id: ids[1]! })).toBe(1);
      };
      await expect(
        attempt(async () => {
          await write();
          throw new Error('rolled back');
        }),
      ).rejects.toThrow('rolled back');
      for (const id of ids) expect(await exists(id)).toBe(false);
      await attempt(write);
      for (const id of ids) expect(await exists(id)).toBe(true);
    });

    it('two at once do not mix, and code outside sees neither', async () => {
      if (name === 'sqlite') return;
      const repository = dataSource.getRepository(NoteEntity);
      const [a, b] = [randomUUID(), randomUUID()];
      const [aWritten, bWritten, looked] = [latch(), latch(), latch()];
      const results = await Promise.allSettled([
        attempt(async () => {
          await repository.insert({ id: a, text: 'a' });
          aWritten.open();
          await bWritten.opened;
          expect(await repository.existsBy({ id: b })).toBe(false);
          await looked.opened;
        }),
        attempt(async () => {
          await repository.insert({ id: b, text: 'b' });
          bWritten.open();
          await looked.opened;
          throw new Error('b fails');
        }),
        Promise.all([aWritten.opened, bWritten.opened])
          .then(async () => expect([await exists(a), await exists(b)]).toEqual([false, false]))
          .finally(looked.open),
      ]);
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect([await exists(a), await exists(b)]).toEqual([true, false]);
    });
  }

  it('is not begun by an activity that touches no database', async () => {
    const held = await startHeld(storage);
    const transaction = storage.transactions.create('idle');
    await runInScope(scopeOf(transaction), () => sleep(1));
    expect(transaction.used).toBe(false);
    expect(activityManager(transaction)).toBeDefined();
    expect(transaction.used).toBe(false);
    await transaction.rollback();
    expect(await history(held.instanceId)).toEqual([]);
  });

  it('keeps a nested transaction as a savepoint', async () => {
    const [outer, inner, second] = [randomUUID(), randomUUID(), randomUUID()];
    await attempt(async (transaction) => {
      const manager = activityManager(transaction);
      await insert(manager, outer);
      await expect(
        manager.transaction(async (nested) => {
          await insert(nested, inner);
          throw new Error('inner only');
        }),
      ).rejects.toThrow('inner only');
      await dataSource.transaction((nested) => insert(nested, second));
    });
    expect([await exists(outer), await exists(inner), await exists(second)]).toEqual([true, false, true]);
  });

  it('runs statements that are sent at the same time one after the other', async () => {
    const ids = Array.from({ length: 10 }, () => randomUUID());
    await attempt((transaction) => Promise.all(ids.map((id) => insert(activityManager(transaction), id))));
    for (const id of ids) expect(await exists(id)).toBe(true);
  });

  it.each(['COMMIT', 'ROLLBACK', 'BEGIN', ' start  transaction', 'rollback work'])(
    'cannot be ended by the body: %s',
    async (statement) => {
      const id = randomUUID();
      await expect(
        attempt(async (transaction) => {
          await insert(activityManager(transaction), id);
          await activityManager(transaction).query(statement);
        }),
      ).rejects.toMatchObject({ code: 'ROMANCY_TRANSACTION_MISUSE', misuse: 'control' });
      expect(await exists(id)).toBe(false);
    },
  );

  it('cannot be ended through its query runner either', async () => {
    await attempt(async (transaction) => {
      const runner = activityManager(transaction).queryRunner!;
      await insert(runner.manager, randomUUID());
      await expect(runner.commitTransaction()).rejects.toMatchObject({ misuse: 'control' });
      await expect(runner.rollbackTransaction()).rejects.toMatchObject({ misuse: 'control' });
    });
  });

  it('refuses the end while a nested transaction is still open', async () => {
    const id = randomUUID();
    let finish: () => void = () => undefined;
    let nested: Promise<unknown> = Promise.resolve();
    const early = attempt(async (transaction) => {
      const manager = activityManager(transaction);
      await insert(manager, id);
      const inside = new Promise<void>((resolve) => (finish = resolve));
      await new Promise<void>((opened) => {
        nested = manager.transaction(async () => {
          opened();
          await inside;
        });
        nested.catch(() => undefined);
      });
    });
    await expect(early).rejects.toMatchObject({ misuse: 'control' });
    finish();
    await expect(nested).rejects.toMatchObject({ code: 'ROMANCY_TRANSACTION_ENDED' });
    expect(await exists(id)).toBe(false);
  });

  it('refuses a floating statement after the end, and nothing of it is written', async () => {
    const id = randomUUID();
    let late: Promise<unknown> = Promise.resolve();
    await attempt(async (transaction) => {
      await insert(activityManager(transaction), randomUUID());
      late = sleep(50).then(() => insert(dataSource, id));
      late.catch(() => undefined);
    });
    await expect(late).rejects.toMatchObject({ code: 'ROMANCY_TRANSACTION_ENDED' });
    expect(await exists(id)).toBe(false);
  });

  it('commits nothing after a failed statement whose error was swallowed where the database gives up, and all where it does not', async () => {
    const [good, twice] = [randomUUID(), randomUUID()];
    await insert(dataSource, twice);
    const swallowed = attempt(async (transaction) => {
      await insert(activityManager(transaction), good);
      await insert(activityManager(transaction), twice).catch(() => undefined);
    });
    if (name === 'postgres') {
      await expect(swallowed).rejects.toMatchObject({ code: 'ROMANCY_TRANSACTION_MISUSE', misuse: 'aborted' });
      expect(await exists(good)).toBe(false);
    } else {
      expect((await swallowed).verdict).toEqual({ kind: 'done' });
      expect(await exists(good)).toBe(true);
    }
  });

  it('survives a failed statement inside a nested transaction', async () => {
    const [good, twice] = [randomUUID(), randomUUID()];
    await insert(dataSource, twice);
    const { verdict } = await attempt(async (transaction) => {
      const manager = activityManager(transaction);
      await insert(manager, good);
      await manager.transaction((nested) => insert(nested, twice)).catch(() => undefined);
    });
    expect(verdict).toEqual({ kind: 'done' });
    expect(await exists(good)).toBe(true);
  });

  it('starts an instance inside it, which is there after the commit only', async () => {
    const held = await startHeld(storage);
    const create = { ...held.create, instanceId: randomUUID(), lock: null };
    const calls: string[] = [];
    const { verdict } = await attempt(async (transaction) => {
      const foreign = foreignTransaction(activityManager(transaction));
      foreign.afterCommit(() => calls.push('after'));
      expect(await foreign.insertInstance(create)).toBe(true);
      expect(await foreignTransaction(dataSource.manager).insertInstance(create)).toBe(false);
      expect(calls).toEqual([]);
    });
    expect(verdict.kind).toBe('done');
    expect(calls).toEqual(['after']);
    expect(await storage.instances.get(create.instanceId)).toMatchObject({ status: 'running', lockedBy: null });
  });

  it('calls nobody back for a savepoint that was rolled back', async () => {
    const calls: string[] = [];
    await dataSource.transaction(async (manager) => {
      foreignTransaction(manager).afterCommit(() => calls.push('outer'));
      await manager
        .transaction(async (nested) => {
          await insert(nested, randomUUID());
          foreignTransaction(nested).afterCommit(() => calls.push('dropped'));
          throw new Error('back');
        })
        .catch(() => undefined);
      await manager.transaction(async (nested) => {
        await insert(nested, randomUUID());
        foreignTransaction(nested).afterCommit(() => calls.push('inner'));
      });
      expect(calls).toEqual([]);
    });
    expect(calls).toEqual(['outer', 'inner']);
  });

  it('has to be one where an instance is started in the caller’s transaction', () => {
    expect(() => foreignTransaction(dataSource.manager)).toThrow(
      expect.objectContaining({ code: 'ROMANCY_TRANSACTION_MISUSE', misuse: 'no-transaction' }),
    );
  });

  it('reads of the engine inside it do not wait for it', async () => {
    const held = await startHeld(storage);
    await attempt(async (transaction) => {
      await insert(activityManager(transaction), randomUUID());
      expect(await storage.instances.get(held.instanceId)).toBeDefined();
      expect(await storage.history.read(held.instanceId, 0, 10)).toEqual([]);
      expect(await storage.runState.load(held.instanceId)).toMatchObject({ takeovers: 0 });
      expect(await storage.databaseNow()).toBeGreaterThan(0);
    });
  });

  it('is reported with its name when it is held for long', async () => {
    warnings.length = 0;
    await attempt(async (transaction) => {
      await insert(activityManager(transaction), randomUUID());
      await sleep(180);
    });
    expect(warnings.length).toBeGreaterThanOrEqual(1);
    expect(warnings[0]).toMatchObject({ activity: 'reserve (order-1)', heldMs: expect.any(Number) });
    const before = warnings.length;
    await sleep(120);
    expect(warnings).toHaveLength(before);
  });

  it('writes compensations, timers, attempts and outbox with its history', async () => {
    const { verdict, instanceId } = await attempt((transaction) => insert(activityManager(transaction), randomUUID()), {
      compensations: [{ activityId: 'reserve:1', activityName: 'release', args: '[]' }],
      addTimers: [{ timerId: 'sleep:1', activityId: 'sleep:1', expiresAt: Date.now() + 60_000 }],
      outbox: [
        {
          eventId: randomUUID(),
          eventType: 'order.reserved',
          eventSource: 'test',
          data: '{}',
          binary: null,
          contentType: 'application/json',
        },
      ],
      stage: 'reserved',
    });
    expect(verdict).toEqual({ kind: 'done' });
    expect(await storage.runState.load(instanceId)).toMatchObject({
      hasCompensations: true,
      timers: [{ timerId: 'sleep:1' }],
    });
    expect((await storage.instances.get(instanceId))?.stage).toBe('reserved');
  });
});

/** Opens once; whoever waits goes on. */
function latch(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}
