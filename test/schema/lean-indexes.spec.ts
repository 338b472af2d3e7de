import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { durableMethod, Engine, Registry, silentLogger, type Logger, type WorkflowContext } from '@romancy/core';
import { DatabaseSchema, MigrationError, TypeOrmStorage, type StorageSettings } from '@romancy/typeorm';
import type { DataSource } from 'typeorm';
import { databaseKinds, freshDatabase, type TestDatabase } from '../support/test-databases.js';
import { readCatalogue, type Catalogue } from './catalogue.js';

/** Indexes of the family that the lean set does without. */
const DROPPED = 18;
const HOUR = new Date(Date.now() + 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
const DEFINITION = `INSERT INTO workflow_definitions (workflow_name, source_hash, source_code) VALUES ('report', '', '')`;
const INSTANCE =
  'INSERT INTO workflow_instances (instance_id, workflow_name, source_hash, owner_service, framework, status, input_data)' +
  ` VALUES ('report-1', 'report', '', 'reports', 'python', 'completed', '{}')`;
const LEADER = `INSERT INTO system_locks (lock_name, locked_by, lock_expires_at) VALUES ('edda_leader', 'edda', '${HOUR}')`;

const double = durableMethod('double', (n: number) => Promise.resolve(n * 2));

class Doubling {
  async run(start: number, ctx: WorkflowContext): Promise<number> {
    const doubled = await double(start);
    await ctx.sleep(20);
    return double(doubled);
  }
}

describe.each(databaseKinds)('the lean set of indexes on %s', (kind) => {
  let database: TestDatabase;
  let admin: DataSource;
  let warnings: string[];
  let logger: Logger;

  beforeEach(async () => {
    database = await freshDatabase(kind);
    admin = await database.connect();
    warnings = [];
    logger = { ...silentLogger, warn: (message) => warnings.push(message) };
  });

  afterEach(async () => {
    await admin.destroy();
    await database.drop();
  });

  const open = async (settings: StorageSettings = {}): Promise<TypeOrmStorage> => {
    const storage = new TypeOrmStorage({ database: database.url, logger, ...settings });
    await storage.open();
    return storage;
  };
  const start = async (settings: StorageSettings = {}): Promise<void> => (await open(settings)).close();
  const lines = async (): Promise<readonly string[]> => linesOf(await readCatalogue(admin));

  /** A workflow with two activities and a timer, from its start to its end. */
  const runWorkflow = async (settings: StorageSettings): Promise<unknown> => {
    const registry = new Registry();
    registry.addWorkflow({ name: 'doubling', sourceHash: 'h', sourceCode: '', create: () => new Doubling() });
    registry.addActivity({ name: 'double', options: {}, invoke: (args) => (args[0] as number) * 2 });
    const engine = new Engine({
      storage: new TypeOrmStorage({ database: database.url, logger, ...settings }),
      registry,
      instanceRetention: { completed: '1h' },
    });
    await engine.start();
    try {
      const { instanceId } = await engine.startInstance({ workflowName: 'doubling', input: 5 });
      const result = await engine.result(instanceId);
      const listed = await engine.list({ status: 'completed', workflowName: 'doubling' });
      return { result, listed: listed.instances.length };
    } finally {
      await engine.stop();
    }
  };

  it('is the schema of the family without eighteen indexes; workflows run on it, and it is led back', async () => {
    await start();
    const family = await lines();
    expect(await runWorkflow({ indexes: 'lean' })).toEqual({ result: 20, listed: 1 });
    const lean = await lines();
    const dropped = family.filter((line) => !lean.includes(line));
    expect(lean.filter((line) => !family.includes(line))).toEqual([]);
    expect(dropped).toHaveLength(DROPPED);
    expect(dropped.filter((line) => !/^\w+: (?:CREATE )?index idx_(?!romancy_)\w+ /i.test(line))).toEqual([]);

    expect(await runWorkflow({ indexes: 'family' })).toEqual({ result: 20, listed: 2 });
    expect(await lines()).toEqual(family);
    expect(warnings).toEqual([]);
  }, 60_000);

  it('stays as it is without the setting, and the other modes take what is there', async () => {
    await start({ indexes: 'lean' });
    const lean = await lines();
    await start();
    for (const migrations of ['verify', 'off'] as const) {
      await start({ migrations });
      await start({ migrations, indexes: 'lean' });
    }
    expect(warnings).toEqual([]);
    await start({ migrations: 'verify', indexes: 'family' });
    expect(warnings).toEqual([expect.stringContaining('romancy migrate up --indexes family')]);
    expect(await lines()).toEqual(lean);
  }, 60_000);

  it.each([
    ['instances', [DEFINITION, INSTANCE]],
    ['a leading process', [LEADER]],
  ])(
    'is refused where another framework has %s',
    async (_what, statements) => {
      await start();
      const family = await lines();
      for (const statement of statements) await admin.query(statement);
      const error: unknown = await open({ indexes: 'lean' }).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(MigrationError);
      expect(error).toMatchObject({
        code: 'ROMANCY_MIGRATION',
        message: expect.stringContaining(`indexes: 'family'`) as unknown,
      });
      expect(await lines()).toEqual(family);
      await start();
      expect(warnings).toEqual([]);
    },
    60_000,
  );

  it('goes on with a warning when another framework comes later', async () => {
    await start({ indexes: 'lean' });
    for (const statement of [DEFINITION, INSTANCE]) await admin.query(statement);
    await start({ indexes: 'lean' });
    await start();
    expect(warnings).toEqual(
      Array(2).fill(expect.stringContaining(`${DROPPED} indexes of the shared tables are missing`)),
    );
    await start({ indexes: 'family' });
    expect(warnings).toHaveLength(2);
  }, 60_000);

  it('is made, and led back, by many that start at the same time', async () => {
    await start();
    const family = await lines();
    const many = (settings: StorageSettings): Promise<unknown> =>
      Promise.all(Array.from({ length: 8 }, () => start({ poolSize: 2, applicationPoolSize: 1, ...settings })));
    await many({ indexes: 'lean' });
    expect(family.length - (await lines()).length).toBe(DROPPED);
    await many({ indexes: 'family' });
    expect(await lines()).toEqual(family);
  }, 120_000);

  it('completes what an attempt that broke off has left', async () => {
    await start();
    const family = await lines();
    const onTable = kind === 'mysql' || kind === 'mariadb';
    await admin.query(`DROP INDEX idx_history_created${onTable ? ' ON workflow_history' : ''}`);
    await start({ indexes: 'lean' });
    expect(family.length - (await lines()).length).toBe(DROPPED);
    await admin.query('CREATE INDEX idx_history_created ON workflow_history (created_at)');
    // What building an index while others write leaves behind when it is cut off.
    if (kind === 'postgres') {
      await admin.query(`UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'idx_history_created'::regclass`);
    }
    await start({ indexes: 'family' });
    expect(await lines()).toEqual(family);
    if (kind === 'postgres')
      expect(await admin.query('SELECT indexrelid FROM pg_index WHERE NOT indisvalid')).toEqual([]);
  }, 60_000);

  it('is made by a tool that says what it did', async () => {
    await start();
    const done: string[] = [];
    const change = async (indexes: 'family' | 'lean'): Promise<void> => {
      const schema = await DatabaseSchema.open({ database: database.url, indexes });
      await schema.up((what) => done.push(what));
      await schema.close();
    };
    await change('lean');
    await change('lean');
    await change('family');
    expect(done).toHaveLength(2 * DROPPED);
    expect(done[0]).toMatch(/^DROP INDEX idx_\w+/);
    expect(done.at(-1)).toMatch(/^CREATE INDEX .*idx_\w+/);
  }, 60_000);
});

function linesOf(catalogue: Catalogue): readonly string[] {
  return Object.entries(catalogue).flatMap(([table, found]) => found.map((line) => `${table}: ${line}`));
}
