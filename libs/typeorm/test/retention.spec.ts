import { InstanceRetention, silentLogger, type RetentionRun } from '@romancy/core';
import type { TypeOrmStorage } from '@romancy/typeorm';
import { createDatabase, DATABASES, openStorage, type TestDatabase } from './support/databases.js';
import { emptyEntry, startHeld, write } from './support/entries.js';
import { query } from './support/rows.js';

const LOCK = 'SELECT instance_id FROM workflow_instances WHERE instance_id = ? FOR UPDATE';

describe.each(DATABASES)('the retention of instances on %s', (name) => {
  let database: TestDatabase;
  let storage: TypeOrmStorage;
  const sent: string[] = [];

  beforeAll(async () => {
    database = await createDatabase(name);
    storage = await openStorage(database, { onStatement: (statement) => sent.push(statement) });
  }, 120_000);

  afterAll(async () => {
    await storage.close();
    await database.drop();
  });

  /** Instances that ended long ago. */
  async function ended(...ids: readonly string[]): Promise<void> {
    for (const instanceId of ids) {
      const held = await startHeld(storage, { instanceId });
      await write(storage, [emptyEntry(held, { status: 'completed', output: '{}', release: true, cleanUp: true })]);
      await query(storage, `UPDATE workflow_instances SET updated_at = '2020-01-01 00:00:00' WHERE instance_id = ?`, [
        instanceId,
      ]);
    }
    sent.length = 0;
  }

  async function run(parts: RetentionRun = {}): Promise<readonly string[]> {
    const removed: string[] = [];
    const onRemoved: RetentionRun['onRemoved'] = ({ instanceId }) => removed.push(instanceId);
    const count = await new InstanceRetention(storage, { completed: '1d' }, { ...parts, onRemoved }).all();
    expect(count).toBe(removed.length);
    return removed.toSorted();
  }

  async function remaining(): Promise<readonly unknown[]> {
    const rows = await query(storage, 'SELECT instance_id FROM workflow_instances ORDER BY instance_id');
    return rows.map((row) => row['instance_id']);
  }

  const removals = (): number => sent.join('\n').match(/DELETE FROM workflow_instances/g)?.length ?? 0;

  it('removes many in one transaction', async () => {
    await ended('a', 'b', 'c', 'd', 'e');
    expect(await run()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(removals()).toBe(1);
    expect(await remaining()).toEqual([]);
  });

  (name.startsWith('sqlite') ? it.skip : it)('neither removes nor tells of what somebody works on', async () => {
    await ended('a', 'busy', 'c');
    await storage.dataSource.transaction(async (manager) => {
      await manager.query(name === 'postgres' ? LOCK.replace('?', '$1') : LOCK, ['busy']);
      expect(await run()).toEqual(['a', 'c']);
    });
    expect(await remaining()).toEqual(['busy']);
    expect(await run()).toEqual(['busy']);
  });

  it('keeps what a table of the application refers to, and reports it; the others go', async () => {
    await ended('a', 'referred', 'c');
    const keepers = name.startsWith('sqlite')
      ? [
          'CREATE TABLE keepers (instance_id TEXT REFERENCES workflow_instances (instance_id))',
          `INSERT INTO keepers VALUES ('referred')`,
        ]
      : [
          `CREATE TABLE keepers AS SELECT instance_id FROM workflow_instances WHERE instance_id = 'referred'`,
          'ALTER TABLE keepers ADD FOREIGN KEY (instance_id) REFERENCES workflow_instances (instance_id)',
        ];
    for (const statement of keepers) await query(storage, statement);
    const warnings: string[] = [];
    const warn = (message: string, fields: object = {}) => warnings.push(`${message} ${JSON.stringify(fields)}`);
    expect(await run({ logger: { ...silentLogger, warn } })).toEqual(['a', 'c']);
    expect(warnings).toEqual([expect.stringMatching(/^Instance referred could not be removed.*foreign key/i)]);
    await query(storage, 'DROP TABLE keepers');
    expect(await run()).toEqual(['referred']);
  });
});
