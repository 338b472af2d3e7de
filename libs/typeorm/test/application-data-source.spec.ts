import { randomUUID } from 'node:crypto';
import { runInScope } from '@romancy/core';
import { activityManager, TypeOrmStorage } from '@romancy/typeorm';
import { DataSource, DefaultNamingStrategy, EntitySchema } from 'typeorm';
import { createDatabase, DATABASES, type TestDatabase } from './support/databases.js';
import { scopeOf } from './support/scope.js';
import { emptyEntry, historyRow, startHeld, write } from './support/entries.js';

const Product = new EntitySchema<{ id: string; stockLeft: number }>({
  name: 'Product',
  columns: { id: { type: 'varchar', length: 100, primary: true }, stockLeft: { type: 'int' } },
});

/** Names nothing as our tables are named. */
class Shouting extends DefaultNamingStrategy {
  override tableName(target: string, given: string | undefined): string {
    return `T_${given ?? target}`.toUpperCase();
  }
  override columnName(property: string, given: string | undefined, prefixes: string[]): string {
    return `C_${[...prefixes, given ?? property].join('_')}`.toUpperCase();
  }
}

describe.each(DATABASES.filter((name) => name !== 'sqlite3'))("on the application's own DataSource, %s", (name) => {
  let database: TestDatabase;
  const open: (() => Promise<void>)[] = [];

  beforeEach(async () => {
    database = await createDatabase(name);
  });

  afterEach(async () => {
    for (const close of open.splice(0).reverse()) await close();
    await database.drop();
  });

  async function application(more: object = {}): Promise<DataSource> {
    const dataSource = await new DataSource(database.dataSourceOptions({ entities: [Product], ...more })).initialize();
    open.push(async () => {
      if (dataSource.isInitialized) await dataSource.destroy();
    });
    return dataSource;
  }

  async function storageOn(dataSource: DataSource): Promise<TypeOrmStorage> {
    const storage = new TypeOrmStorage({ dataSource });
    await storage.open();
    open.push(() => storage.close());
    return storage;
  }

  const columns = async (dataSource: DataSource): Promise<readonly string[]> => {
    const sql =
      {
        sqlite: `SELECT m.name AS t, p.name AS c FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'`,
        postgres: `SELECT table_schema || '.' || table_name AS t, column_name AS c FROM information_schema.columns WHERE table_schema NOT IN ('pg_catalog', 'information_schema')`,
      }[name as string] ??
      'SELECT table_name AS t, column_name AS c FROM information_schema.columns WHERE table_schema = DATABASE()';
    return (await dataSource.query<{ t: string; c: string }[]>(sql))
      .map(({ t, c }) => `${t}.${c}`.replace(/^public\./, ''))
      .sort();
  };

  /** Uses every kind of statement once. */
  async function use(storage: TypeOrmStorage): Promise<void> {
    const held = await startHeld(storage);
    const timer = { timerId: 'sleep:1', activityId: 'sleep:1', expiresAt: Date.now() + 1000 };
    await write(storage, [emptyEntry(held, { history: [historyRow('a:1')], addTimers: [timer], stage: 'paid' })]);
    const transaction = storage.transactions.create('reserve');
    const id = randomUUID();
    await runInScope(scopeOf(transaction), () =>
      storage.dataSource.getRepository(Product).insert({ id, stockLeft: 5 }),
    );
    expect(transaction.used).toBe(true);
    expect(await transaction.commit([emptyEntry(held, { history: [historyRow('b:1')] })])).toEqual({ kind: 'done' });
    expect(await storage.dataSource.getRepository(Product).countBy({ id })).toBe(1);
    expect((await storage.history.read(held.instanceId, 0, 9)).map((row) => row.activityId)).toEqual(['a:1', 'b:1']);
    expect(await storage.timers.upcoming(['orders'], Date.now() + 5000, 9)).toMatchObject([timer]);
    expect(await storage.instances.get(held.instanceId)).toMatchObject({ stage: 'paid' });
    expect(await storage.runState.load(held.instanceId)).toMatchObject({ timers: [timer] });
    await write(storage, [emptyEntry(held, { status: 'completed', cleanUp: true, release: true })]);
  }

  const variants: [string, object][] = [
    ['a naming strategy', { namingStrategy: new Shouting() }],
    ['an entity prefix', { entityPrefix: 'app_' }],
    ['nothing special', {}],
  ];
  if (name === 'postgres') variants.push(['a schema', { schema: 'app' }]);

  it.each(variants)('its tables keep their names under %s, and synchronize never touches them', async (_what, more) => {
    const first = await application();
    if ('schema' in more) await first.query('CREATE SCHEMA app');
    const storage = await storageOn(await application({ synchronize: true, ...more }));
    await use(storage);
    const before = await columns(first);
    // MySQL and MariaDB have one more, for clusters.
    const expected = name === 'mysql' || name === 'mariadb' ? 24 : 23;
    expect(before.filter((column) => /workflow_instances/i.test(column))).toHaveLength(expected);
    expect(before).toContain('workflow_instances.romancy_stage');
    expect(before).toContain('romancy_attempts.step_id');
    // The application starts again, and synchronizes a database in which our tables are.
    const again = await application({ synchronize: true, ...more });
    await again.synchronize();
    expect(await columns(first)).toEqual(before);
    await use(storage);
  });

  it('is left open when it was given open, and closed when it was not', async () => {
    const given = await application();
    const storage = await storageOn(given);
    await storage.close();
    await storage.close();
    expect(given.isInitialized).toBe(true);
    expect(await given.query('SELECT 1 AS one')).toHaveLength(1);

    const unopened = new DataSource(database.dataSourceOptions({ entities: [Product] }));
    const second = await storageOn(unopened);
    expect(unopened.isInitialized).toBe(true);
    await second.close();
    expect(unopened.isInitialized).toBe(false);
  });

  it('an activity runs at READ COMMITTED, whatever the sessions of the application are at', async () => {
    if (name === 'sqlite') return;
    const unopened = new DataSource(database.dataSourceOptions({ entities: [Product] }));
    for (const storage of [await storageOn(await application()), await storageOn(unopened)]) {
      if (name === 'postgres') {
        const { pathname } = new URL(database.url);
        await storage.dataSource.query(
          `ALTER DATABASE ${pathname.slice(1)} SET default_transaction_isolation TO 'serializable'`,
        );
        await storage.dataSource.destroy();
        await storage.dataSource.initialize();
      }
      const transaction = storage.transactions.create('reads');
      const count = async (): Promise<number> => {
        const rows = await transaction.manager.query<unknown[]>('SELECT workflow_name FROM workflow_definitions');
        return rows.length;
      };
      const before = await count();
      await storage.definitions.upsert([{ workflowName: randomUUID(), sourceHash: '', sourceCode: '' }]);
      expect(await count()).toBe(before + 1);
      await transaction.rollback();
    }
  });

  it('its own statements go on while the storage opens on it', async () => {
    const dataSource = await application({ synchronize: true });
    const repository = dataSource.getRepository(Product);
    const before = repository.insert({ id: 'before', stockLeft: 1 });
    const opening = storageOn(dataSource);
    await Promise.all([before, opening, repository.insert({ id: 'during', stockLeft: 1 })]);
    await repository.insert({ id: 'after', stockLeft: 1 });
    expect((await repository.find({ order: { id: 'ASC' } })).map(({ id }) => id)).toEqual([
      'after',
      'before',
      'during',
    ]);
  });

  it('several storages in one process keep apart', async () => {
    const other = await createDatabase(name);
    open.unshift(() => other.drop());
    const one = await storageOn(await application({ synchronize: true }));
    const otherSource = await new DataSource(
      other.dataSourceOptions({ entities: [Product], synchronize: true }),
    ).initialize();
    open.push(() => otherSource.destroy());
    const two = await storageOn(otherSource);
    const [inOne, inTwo] = [await startHeld(one), await startHeld(two)];
    const transaction = one.transactions.create('reserve');
    // Inside an activity of the first, the second's DataSource is another database: it is not drawn into the transaction.
    await runInScope(scopeOf(transaction), async () => {
      await one.dataSource.getRepository(Product).insert({ id: 'one', stockLeft: 1 });
      await two.dataSource.getRepository(Product).insert({ id: 'two', stockLeft: 1 });
      expect(await activityManager(transaction).existsBy(Product, { id: 'one' })).toBe(true);
    });
    await transaction.rollback();
    expect(await one.dataSource.getRepository(Product).count()).toBe(0);
    expect(await two.dataSource.getRepository(Product).count()).toBe(1);
    expect(await one.instances.get(inTwo.instanceId)).toBeUndefined();
    expect(await two.instances.get(inOne.instanceId)).toBeUndefined();
    expect(await one.instances.get(inOne.instanceId)).toBeDefined();
  });

  it('two storages on one DataSource share it', async () => {
    const dataSource = await application({ synchronize: true });
    const [one, two] = [await storageOn(dataSource), await storageOn(dataSource)];
    const held = await startHeld(one);
    expect(await two.instances.get(held.instanceId)).toMatchObject({ lockedBy: held.token });
    await use(one);
    await use(two);
  });
});

describe('the pragmas of SQLite', () => {
  const pragma = async (storage: TypeOrmStorage, name: string): Promise<unknown> =>
    Object.values((await storage.dataSource.query<object[]>(`PRAGMA ${name}`))[0] ?? {})[0];

  it.each(['sqlite', 'sqlite3'] as const)('are durable by default over %s, and can be eased', async (name) => {
    const database = await createDatabase(name);
    for (const [synchronous, number] of [
      [undefined, 2],
      ['NORMAL', 1],
    ] as const) {
      const storage = new TypeOrmStorage({
        database: database.url,
        ...database.settings,
        ...(synchronous && { synchronous }),
      });
      await storage.open();
      expect(await pragma(storage, 'journal_mode')).toBe('wal');
      expect(await pragma(storage, 'synchronous')).toBe(number);
      expect(await pragma(storage, 'foreign_keys')).toBe(1);
      await storage.close();
    }
    await database.drop();
  });

  it('of a DataSource of the application: durable as well, but its journal stays as it is', async () => {
    const database = await createDatabase('sqlite');
    const unopened = new TypeOrmStorage({ dataSource: new DataSource(database.dataSourceOptions()) });
    await unopened.open();
    expect(await pragma(unopened, 'synchronous')).toBe(2);
    await unopened.close();
    const dataSource = await new DataSource(database.dataSourceOptions()).initialize();
    const second = new TypeOrmStorage({ dataSource });
    await second.open();
    expect(await pragma(second, 'journal_mode')).toBe('delete');
    await second.close();
    await dataSource.destroy();
    await database.drop();
  });
});

describe('a DataSource that cannot be used', () => {
  it('is refused by its type', async () => {
    const storage = new TypeOrmStorage({ dataSource: { options: { type: 'cockroachdb' } } as DataSource });
    await expect(storage.open()).rejects.toMatchObject({ code: 'ROMANCY_DRIVER' });
    await expect(new TypeOrmStorage({ database: { type: 'mssql', database: 'x' } }).open()).rejects.toMatchObject({
      code: 'ROMANCY_DRIVER',
    });
  });

  it('a driver for SQLite has no place on a server', async () => {
    const storage = new TypeOrmStorage({ database: 'postgres://localhost/x', driver: 'sqlite3' });
    await expect(storage.open()).rejects.toMatchObject({ code: 'ROMANCY_DRIVER' });
  });
});
