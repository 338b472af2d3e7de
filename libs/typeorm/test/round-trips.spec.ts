import { randomUUID } from 'node:crypto';
import { activityManager, type TypeOrmActivityTransaction, TypeOrmStorage } from '@romancy/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { sendTogether, takesPipelines, type PipelineOutcome } from '../src/connection/pg-pipeline.js';
import { createDatabase, SERVER_NAMES, type TestDatabase } from './support/databases.js';
import { emptyEntry, historyRow, startHeld, type Held } from './support/entries.js';

interface Wire {
  readonly connection: {
    readonly stream: { write(...args: unknown[]): boolean; uncork(): void; writableCorked: number };
    sync(): void;
    query(text: string): void;
  };
}

const onPostgres = SERVER_NAMES.includes('postgres') ? describe : describe.skip;

onPostgres("an activity's transaction on postgres", () => {
  let database: TestDatabase;
  let storage: TypeOrmStorage;
  /** The transaction of the activity has the only connection of its pool. */
  let another: DataSource;
  let last: TypeOrmActivityTransaction | undefined;
  /** What the client has asked the server to answer since it was emptied. */
  const trips: string[] = [];

  beforeAll(async () => {
    database = await createDatabase('postgres');
    storage = new TypeOrmStorage({ database: database.url, applicationPoolSize: 1 });
    await storage.open();
    another = await new DataSource({ type: 'postgres', url: database.url }).initialize();
    await storage.dataSource.query('CREATE TABLE note (id TEXT PRIMARY KEY, n INT)');
    await storage.dataSource.query('CREATE TABLE page (note TEXT REFERENCES note (id) DEFERRABLE INITIALLY DEFERRED)');
    const runner = storage.dataSource.createQueryRunner();
    const { connection } = (await runner.connect()) as Wire;
    const sync = connection.sync.bind(connection);
    connection.sync = () => {
      trips.push('sync');
      sync();
    };
    const query = connection.query.bind(connection);
    connection.query = (text) => {
      trips.push(text);
      query(text);
    };
    await runner.release();
  }, 120_000);

  afterAll(async () => {
    await another.destroy();
    await storage.close();
    await database.drop();
  });

  // The only connection goes back, whatever has become of a test.
  afterEach(() => last?.rollback());

  const note = (manager: Pick<EntityManager, 'query'>, id: string, n: unknown = 1): Promise<unknown> =>
    manager.query('INSERT INTO note (id, n) VALUES ($1, $2)', [id, n]);
  const exists = async (id: string): Promise<boolean> =>
    (await storage.dataSource.query<unknown[]>('SELECT 1 FROM note WHERE id = $1', [id])).length === 1;
  const steps = async ({ instanceId }: Held): Promise<string[]> =>
    (await storage.history.read(instanceId, 0, 10)).map(({ activityId }) => activityId);

  async function begun(): Promise<{ held: Held; transaction: TypeOrmActivityTransaction; manager: EntityManager }> {
    const held = await startHeld(storage);
    const transaction = storage.transactions.create('reserve');
    last = transaction;
    trips.length = 0;
    return { held, transaction, manager: activityManager(transaction) };
  }

  it('begins with its first statement and ends with its last: two round trips', async () => {
    const { held, transaction, manager } = await begun();
    const id = randomUUID();
    await note(manager, id);
    const verdict = await transaction.commit([emptyEntry(held, { history: [historyRow('reserve:1')] })]);
    expect(trips).toEqual(['sync', 'sync']);
    expect(verdict).toEqual({ kind: 'done' });
    expect([await exists(id), await steps(held)]).toEqual([true, ['reserve:1']]);
  });

  it('answers a statement what it would have answered alone', async () => {
    const { transaction, manager } = await begun();
    await expect(manager.query('SELECT $1::int + 1 AS n, $2::text AS t', [1, 'ä'])).resolves.toEqual([
      { n: 2, t: 'ä' },
    ]);
    await expect(manager.query('SELECT txid_current() = txid_current() AS same, $1 AS a', ['x'])).resolves.toEqual([
      { same: true, a: 'x' },
    ]);
    await transaction.rollback();
  });

  it('takes texts of several statements, which have no parameters, in a round trip of their own', async () => {
    const { held, transaction, manager } = await begun();
    const id = randomUUID();
    await manager.query(`INSERT INTO note (id, n) VALUES ('${id}', 1); INSERT INTO note (id, n) VALUES ('${id}-b', 2)`);
    expect(trips).toEqual([expect.stringMatching(/^START TRANSACTION/), expect.stringMatching(/^INSERT/)]);
    await expect(transaction.commit([emptyEntry(held)])).resolves.toEqual({ kind: 'done' });
    expect([await exists(id), await exists(`${id}-b`)]).toEqual([true, true]);
  });

  it('rolls back what a first statement did not do, with its own error', async () => {
    const { transaction, manager } = await begun();
    await expect(note(manager, randomUUID(), 'no number')).rejects.toMatchObject({
      name: 'QueryFailedError',
      driverError: { code: '22P02' },
    });
    await expect(note(manager, randomUUID())).rejects.toMatchObject({ driverError: { code: '25P02' } });
    await transaction.rollback();
    expect(trips.at(-1)).toBe('ROLLBACK');
  });

  it('goes on after a value that cannot be sent', async () => {
    const { held, transaction, manager } = await begun();
    const id = randomUUID();
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    await expect(note(manager, id, circular)).rejects.toThrow(/circular/i);
    await note(manager, id);
    await expect(transaction.commit([emptyEntry(held)])).resolves.toEqual({ kind: 'done' });
    expect(await exists(id)).toBe(true);
  });

  it('begins with the next statement where the first was refused before it was sent', async () => {
    const { transaction, manager } = await begun();
    const id = randomUUID();
    await expect(manager.query('SELECT 1 WHERE $1 = $1', { a: 1 } as never)).rejects.toThrow(/named/i);
    await note(manager, id);
    await transaction.rollback();
    expect(await exists(id)).toBe(false);
  });

  it.each([
    ['lost', (held: Held) => ({ ...held, token: 'another' })],
    ['lost', (held: Held) => ({ ...held, instanceId: 'nobody' })],
  ] as const)('commits nothing where the lease is %s', async (reason, changed) => {
    const { held, transaction, manager } = await begun();
    const id = randomUUID();
    await note(manager, id);
    const entry = emptyEntry(changed(held), { history: [historyRow('reserve:1')] });
    await expect(transaction.commit([entry])).resolves.toMatchObject({ kind: 'refused', reason });
    expect([await exists(id), await steps(held)]).toEqual([false, []]);
  });

  it.each([
    ['cancel-requested', 'romancy_cancel_requested_at = 1'],
    ['ended', `status = 'completed'`],
  ])('commits nothing where the instance is %s, and says so', async (reason, change) => {
    const { held, transaction, manager } = await begun();
    const id = randomUUID();
    await note(manager, id);
    await another.query(`UPDATE workflow_instances SET ${change} WHERE instance_id = $1`, [held.instanceId]);
    const entry = emptyEntry(held, { history: [historyRow('reserve:1')] });
    await expect(transaction.commit([entry])).resolves.toMatchObject({ kind: 'refused', reason });
    expect([await exists(id), await steps(held)]).toEqual([false, []]);
  });

  it('reads what its first statement answers with the parsers of the application', async () => {
    const own = new TypeOrmStorage({
      dataSource: new DataSource({
        type: 'postgres',
        url: database.url,
        extra: { types: { getTypeParser: () => (text: string) => `read: ${text}` } },
      }),
    });
    await own.open();
    const transaction = own.transactions.create('reserve');
    const manager = activityManager(transaction);
    const ask = (): Promise<unknown> => manager.query('SELECT $1::int AS n', [1]);
    expect([await ask(), await ask()]).toEqual([[{ n: 'read: 1' }], [{ n: 'read: 1' }]]);
    await transaction.rollback();
    await own.close();
  });

  it('has streams begin after it, beside its first statement', async () => {
    const { held, transaction, manager } = await begun();
    const runner = storage.dataSource.createQueryRunner();
    const client = (await runner.connect()) as object;
    await runner.release();
    // What TypeORM makes a stream of; the package for it is not among the dependencies.
    const driver = storage.dataSource.driver as unknown as { loadStreamDependency(): unknown };
    driver.loadStreamDependency = () => Reflect.get(client.constructor, 'Query') as unknown;
    const id = randomUUID();
    const [, inside] = await Promise.all([
      note(manager, id),
      transaction.runner
        .stream('SELECT count(*)::int AS n FROM note WHERE id = $1', [id])
        .then((stream) => new Promise((resolve, reject) => stream.once('row', resolve).once('error', reject))),
    ]);
    expect(inside).toEqual({ n: 1 });
    await expect(transaction.commit([emptyEntry(held)])).resolves.toEqual({ kind: 'done' });
    expect(await exists(id)).toBe(true);
  });

  it.each([
    ['with parameters', (manager: EntityManager, id: string) => note(manager, id)],
    ['without', (manager: EntityManager, id: string) => manager.query(`INSERT INTO note (id, n) VALUES ('${id}', 1)`)],
  ])('carries nothing out where it could not begin, neither a first statement %s nor later ones', async (_, first) => {
    const held = await startHeld(storage);
    const ids = [randomUUID(), randomUUID()] as const;
    const transaction = storage.transactions.create('reserve');
    const host: object = Reflect.get(transaction, 'host') as object;
    Object.assign(transaction, { host: { ...host, begin: ['START TRANSACTION ISOLATION LEVEL UNHEARD OF'] } });
    last = transaction;
    const manager = activityManager(transaction);
    await expect(first(manager, ids[0])).rejects.toThrow(/syntax/);
    await expect(note(manager, ids[1])).rejects.toThrow(/syntax/);
    await expect(transaction.runner.connect()).rejects.toThrow(/syntax/);
    await expect(transaction.commit([emptyEntry(held)])).rejects.toThrow(/syntax/);
    expect([await exists(ids[0]), await exists(ids[1])]).toEqual([false, false]);
  });

  it('does not know what became of a commit that the driver has given up on', async () => {
    const impatient = new TypeOrmStorage({
      dataSource: new DataSource({ type: 'postgres', url: database.url, extra: { query_timeout: 300 } }),
    });
    await impatient.open();
    const held = await startHeld(storage);
    const transaction = impatient.transactions.create('reserve');
    const id = randomUUID();
    await note(activityManager(transaction), id);
    const blocker = another.createQueryRunner();
    await blocker.startTransaction();
    await blocker.query('SELECT 1 FROM workflow_instances WHERE instance_id = $1 FOR UPDATE', [held.instanceId]);
    const entry = emptyEntry(held, { history: [historyRow('reserve:1')] });
    await expect(transaction.commit([entry])).rejects.toMatchObject({ code: 'ROMANCY_COMMIT_UNKNOWN' });
    await blocker.commitTransaction();
    await blocker.release();
    await impatient.close();
    // Both or neither.
    expect(await exists(id)).toBe((await steps(held)).length === 1);
  });

  it('tells of a constraint that only the commit checks', async () => {
    const { held, transaction, manager } = await begun();
    await manager.query('INSERT INTO page (note) VALUES ($1)', ['missing']);
    const commit = transaction.commit([emptyEntry(held, { history: [historyRow('reserve:1')] })]);
    await expect(commit).rejects.toMatchObject({ code: 'ROMANCY_ENTRY_CONFLICT', conflict: 'definition' });
    expect(await steps(held)).toEqual([]);
  });

  it('sends nothing after what cannot be sent, and answers what came before', async () => {
    const runner = storage.dataSource.createQueryRunner();
    const client: unknown = await runner.connect();
    if (!takesPipelines(client)) throw new Error('The driver is another one than was thought.');
    const id = randomUUID();
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    const values = [[id], [circular], [`${id}-b`]];
    const statements = values.map((each) => ({ text: 'INSERT INTO note (id) VALUES ($1)', values: each }));
    const { results, failure } = await new Promise<PipelineOutcome>((done) => {
      sendTogether(client, statements, done);
    });
    await runner.release();
    expect(results).toMatchObject([{ command: 'INSERT', rowCount: 1 }]);
    expect(failure).toMatchObject({ place: 1, error: { message: expect.stringMatching(/circular/i) as string } });
    expect([await exists(id), await exists(`${id}-b`)]).toEqual([true, false]);
  });

  it('leaves a connection that others can use as before', async () => {
    await expect(storage.dataSource.query('SELECT 1 AS n')).resolves.toEqual([{ n: 1 }]);
    await expect(storage.dataSource.query('SELECT $1::int AS n', [2])).resolves.toEqual([{ n: 2 }]);
    await expect(storage.dataSource.transaction((manager) => manager.query('SELECT 3 AS n'))).resolves.toEqual([
      { n: 3 },
    ]);
  });
});
