import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { sqlite3Driver } from '@romancy/typeorm';
import { DataSource, EntitySchema, type DataSourceOptions } from 'typeorm';
import { SqliteGate } from '../src/gate/sqlite-gate.js';

const Note = new EntitySchema<{ id: number; text: string }>({
  name: 'Note',
  columns: { id: { type: 'int', primary: true, generated: true }, text: { type: 'text' } },
});
const WAITS = { waitTimeoutMs: 2000, busyTimeoutMs: 2000 };

describe.each(['better-sqlite3', 'sqlite3'])('the SQLite gate over %s', (driver) => {
  let folder: string;
  const open: DataSource[] = [];

  function options(more: object = {}): DataSourceOptions {
    const database = join(folder, 'notes.db');
    const base = { database, entities: [Note], synchronize: true, ...more };
    return driver === 'sqlite3'
      ? {
          type: 'expo',
          driver: sqlite3Driver(['journal_mode = WAL', 'busy_timeout = 20']),
          ...base,
        }
      : { type: 'better-sqlite3', enableWAL: true, timeout: 20, ...base };
  }

  async function connect(gated: boolean, more: object = {}, waits = WAITS): Promise<DataSource> {
    const dataSource = new DataSource(options(more));
    if (gated) SqliteGate.install(dataSource, waits);
    await dataSource.initialize();
    open.push(dataSource);
    return dataSource;
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'romancy-gate-'));
  });

  afterEach(async () => {
    for (const dataSource of open.splice(0)) await dataSource.destroy();
    await rm(folder, { recursive: true });
  });

  const texts = async (dataSource: DataSource): Promise<string[]> =>
    (await dataSource.getRepository(Note).find({ order: { id: 'ASC' } })).map(({ text }) => text);

  /** A opens a transaction, B opens one and commits while A waits, a plain insert runs, and A is rolled back. */
  async function interleave(dataSource: DataSource): Promise<readonly PromiseSettledResult<unknown>[]> {
    const insert = (text: string): { text: string } => ({ text });
    const a = dataSource.transaction(async (manager) => {
      await manager.insert(Note, insert('a'));
      await sleep(60);
      throw new Error('a is rolled back');
    });
    await sleep(10);
    const b = dataSource.transaction((manager) => manager.insert(Note, insert('b')));
    const c = dataSource.getRepository(Note).insert(insert('c'));
    return Promise.allSettled([a, b, c]);
  }

  it('without it, TypeORM loses what it has reported as committed', async () => {
    const dataSource = await connect(false);
    const results = await interleave(dataSource);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(await texts(dataSource)).toEqual([]);
  });

  it('keeps transactions apart: what was reported as committed is there', async () => {
    const dataSource = await connect(true);
    const results = await interleave(dataSource);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(await texts(dataSource)).toEqual(['b', 'c']);
  });

  it('serves callers in the order in which they came', async () => {
    const dataSource = await connect(true);
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        dataSource.transaction(async (manager) => {
          await sleep(index % 3);
          await manager.insert(Note, { text: String(index) });
        }),
      ),
    );
    expect(await texts(dataSource)).toEqual(Array.from({ length: 20 }, (_, index) => String(index)));
  });

  it('nested transactions are savepoints of their own transaction', async () => {
    const dataSource = await connect(true);
    await dataSource.transaction(async (manager) => {
      await manager.insert(Note, { text: 'outer' });
      await expect(
        manager.transaction(async (inner) => {
          await inner.insert(Note, { text: 'inner' });
          throw new Error('inner only');
        }),
      ).rejects.toThrow('inner only');
      await manager.transaction((inner) => inner.insert(Note, { text: 'second' }).then(() => undefined));
    });
    expect(await texts(dataSource)).toEqual(['outer', 'second']);
  });

  it('takes back what a released query runner has left open', async () => {
    const dataSource = await connect(true);
    const runner = dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.manager.insert(Note, { text: 'left' });
    await runner.release();
    await dataSource.getRepository(Note).insert({ text: 'next' });
    expect(await texts(dataSource)).toEqual(['next']);
  });

  it('names the holder to whoever waits too long', async () => {
    const dataSource = await connect(true, {}, { waitTimeoutMs: 100, busyTimeoutMs: 100 });
    await dataSource.transaction(async (manager) => {
      await manager.insert(Note, { text: 'mine' });
      await expect(dataSource.getRepository(Note).insert({ text: 'waits for itself' })).rejects.toMatchObject({
        code: 'ROMANCY_SQLITE_GATE_TIMEOUT',
        holder: 'a transaction',
        message: expect.stringContaining('a transaction has held'),
      });
    });
    expect(await texts(dataSource)).toEqual(['mine']);
  });

  it('is one gate, however often it is installed', async () => {
    const dataSource = await connect(true);
    const { createQueryRunner } = dataSource.driver;
    expect(SqliteGate.install(dataSource, WAITS)).toBe(SqliteGate.of(dataSource));
    expect(dataSource.driver.createQueryRunner).toBe(createQueryRunner);
  });

  it('waits for another connection that writes, without blocking the event loop', async () => {
    const [first, second] = [await connect(true), await connect(true, { synchronize: false })];
    let ticks = 0;
    const ticking = setInterval(() => ticks++, 10);
    const held = first.transaction(async (manager) => {
      await manager.insert(Note, { text: 'first' });
      await sleep(400);
    });
    await sleep(20);
    await second.transaction((manager) => manager.insert(Note, { text: 'second' }).then(() => undefined));
    await held;
    clearInterval(ticking);
    expect(await texts(first)).toEqual(['first', 'second']);
    expect(ticks).toBeGreaterThan(10);
  });

  it('read, then write: concurrent processes never meet a stale snapshot', async () => {
    const connections = [await connect(true), await connect(true, { synchronize: false })];
    await connections[0]!.getRepository(Note).insert({ text: '0' });
    const increments = connections.flatMap((dataSource) =>
      Array.from({ length: 25 }, () =>
        dataSource.transaction(async (manager) => {
          const note = await manager.findOneByOrFail(Note, { id: 1 });
          await manager.update(Note, { id: 1 }, { text: String(Number(note.text) + 1) });
        }),
      ),
    );
    await Promise.all(increments);
    expect(await texts(connections[0]!)).toEqual(['50']);
  });
});

describe('the SQLite gate', () => {
  it('refuses a BEGIN that comes as a plain query', async () => {
    const dataSource = new DataSource({ type: 'better-sqlite3', database: ':memory:' });
    SqliteGate.install(dataSource, WAITS);
    await dataSource.initialize();
    await expect(dataSource.query('BEGIN')).rejects.toMatchObject({
      code: 'ROMANCY_TRANSACTION_MISUSE',
      misuse: 'control',
    });
    await expect(dataSource.transaction((manager) => manager.query('SELECT 1'))).resolves.toBeDefined();
    await dataSource.destroy();
  });

  it('needs query runners of a shape that it knows, and says so where TypeORM has changed', () => {
    for (const field of ['transactionDepth', 'isTransactionActive', 'broadcaster', 'startTransaction'] as const) {
      const dataSource = new DataSource({ type: 'better-sqlite3', database: ':memory:' });
      const sample = dataSource.driver.createQueryRunner('master') as unknown as Record<string, unknown>;
      (dataSource.driver as unknown as Record<string, unknown>)['queryRunner'] = undefined;
      dataSource.driver.createQueryRunner = jest.fn(() => {
        const changed = Object.create(sample) as Record<string, unknown>;
        changed[field] = undefined;
        return changed as never;
      });
      expect(() => SqliteGate.install(dataSource, WAITS)).toThrow(expect.objectContaining({ code: 'ROMANCY_DRIVER' }));
    }
  });

  it('finds the shape that it relies on in the TypeORM of today', async () => {
    const dataSource = await new DataSource({ type: 'better-sqlite3', database: ':memory:' }).initialize();
    const runner = dataSource.driver.createQueryRunner('master') as unknown as Record<string, unknown>;
    expect(dataSource.driver.createQueryRunner('master')).toBe(runner);
    const sent: unknown[] = [];
    const query = runner['query'] as (...args: unknown[]) => Promise<unknown>;
    runner['query'] = (...args: unknown[]) => {
      sent.push(args[0]);
      return query.apply(runner, args);
    };
    const call = (name: string): Promise<void> => (runner[name] as () => Promise<void>).call(runner);
    expect(runner['stmtCache']).toBeInstanceOf(Map);
    expect([runner['transactionDepth'], runner['isTransactionActive']]).toEqual([0, false]);
    await call('startTransaction');
    expect([runner['transactionDepth'], runner['isTransactionActive']]).toEqual([1, true]);
    await call('startTransaction');
    await call('rollbackTransaction');
    await call('commitTransaction');
    expect([runner['transactionDepth'], runner['isTransactionActive']]).toEqual([0, false]);
    expect(sent).toEqual(['BEGIN TRANSACTION', 'SAVEPOINT typeorm_1', 'ROLLBACK TO SAVEPOINT typeorm_1', 'COMMIT']);
    await dataSource.destroy();
  });
});
