import { readFile } from 'node:fs/promises';
import { DatabaseSchema, MigrationError, TypeOrmStorage } from '@romancy/typeorm';
import { DataSource } from 'typeorm';
import { parseMigration } from '../src/migrations/migration-files.js';
import { splitSql } from '../src/migrations/sql-splitter.js';
import { createDatabase, DATABASES, openStorage, type DatabaseName, type TestDatabase } from './support/databases.js';
import { fork } from './support/fork.js';

const FAMILY = '20251217000000';
const OURS = '20261123000000';
const WIDE = '20261123000100';
const MESSAGING = '20261126000000';
const OUTBOX = '20261126000100';
const WORKERS = '20261126000200';
const TRACE = '20261128000300';
const INSPECTION = '20261128000700';
const CLUSTERS = '20261128000900';

const folderOf = (name: DatabaseName): string =>
  ({ sqlite: 'sqlite', sqlite3: 'sqlite', postgres: 'postgresql', mysql: 'mysql', mariadb: 'mysql' })[name];

async function fileText(name: DatabaseName, version: string, title: string): Promise<string> {
  return readFile(new URL(`../../../migrations/${folderOf(name)}/${version}_${title}.sql`, import.meta.url), 'utf8');
}

async function familyStatements(name: DatabaseName): Promise<readonly string[]> {
  const file = `${FAMILY}_initial_schema.sql`;
  return parseMigration(file, await fileText(name, FAMILY, 'initial_schema')).up;
}

describe.each(DATABASES.filter((name) => name !== 'sqlite3'))('migrations on %s', (name) => {
  let database: TestDatabase;
  let admin: DataSource;
  const isMysql = name === 'mysql' || name === 'mariadb';
  const wide = name === 'sqlite' ? [] : [WIDE];
  const versions = [
    FAMILY,
    OURS,
    ...wide,
    MESSAGING,
    OUTBOX,
    WORKERS,
    TRACE,
    INSPECTION,
    ...(isMysql ? [CLUSTERS] : []),
  ];

  beforeEach(async () => {
    database = await createDatabase(name);
    admin = await new DataSource(database.dataSourceOptions()).initialize();
  });

  afterEach(async () => {
    await admin.destroy();
    await database.drop();
  });

  const recorded = async (): Promise<string[]> =>
    (await admin.query<{ version: string }[]>('SELECT version FROM schema_migrations ORDER BY version')).map(
      ({ version }) => version,
    );
  const tables = async (): Promise<string[]> => {
    const sql =
      {
        sqlite: `SELECT name AS t FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`,
        postgres: `SELECT table_name AS t FROM information_schema.tables WHERE table_schema = 'public'`,
      }[name as string] ?? 'SELECT table_name AS t FROM information_schema.tables WHERE table_schema = DATABASE()';
    return (await admin.query<{ t: string }[]>(sql)).map(({ t }) => t).sort();
  };
  const open = async (settings = {}): Promise<void> => (await openStorage(database, settings)).close();
  const runFamily = async (): Promise<void> => {
    for (const statement of await familyStatements(name)) await admin.query(statement);
  };

  it('make the tables of the family and our own, and record it', async () => {
    await open();
    expect(await recorded()).toEqual(versions);
    expect(await tables()).toEqual([
      'channel_delivery_cursors',
      'channel_message_claims',
      'channel_messages',
      'channel_subscriptions',
      'outbox_events',
      'romancy_attempts',
      'romancy_blocks',
      ...(isMysql ? ['romancy_channel_locks'] : []),
      'romancy_runs',
      'romancy_staged_messages',
      'romancy_waits',
      'romancy_workers',
      'schema_migrations',
      'schema_version',
      'system_locks',
      'workflow_compensations',
      'workflow_definitions',
      'workflow_group_memberships',
      'workflow_history',
      'workflow_history_archive',
      'workflow_instances',
      'workflow_timer_subscriptions',
    ]);
  });

  it('do nothing the second time', async () => {
    await open();
    await admin.query(`DELETE FROM schema_migrations WHERE version = '${FAMILY}'`);
    await open();
    expect(await recorded()).toEqual(versions.slice(1));
    await admin.query(`INSERT INTO schema_migrations (version) VALUES ('${FAMILY}')`);
    await open();
    expect(await recorded()).toEqual(versions);
  });

  it('leave the family’s file alone where a sibling or dbmate has recorded it', async () => {
    await runFamily();
    await admin.query('CREATE TABLE schema_migrations (version VARCHAR(128) PRIMARY KEY)');
    await admin.query(`INSERT INTO schema_migrations (version) VALUES ('${FAMILY}'), ('29990101000000')`);
    await admin.query(
      `INSERT INTO workflow_definitions (workflow_name, source_hash, source_code) VALUES ('kept', '', '')`,
    );
    await open();
    expect(await recorded()).toEqual([...versions, '29990101000000']);
    expect(await admin.query(`SELECT workflow_name FROM workflow_definitions`)).toEqual([{ workflow_name: 'kept' }]);
  });

  it('do not claim to have made tables that were there without a record', async () => {
    await runFamily();
    await open();
    expect(await recorded()).toEqual(versions.slice(1));
    await open();
    expect(await recorded()).toEqual(versions.slice(1));
  });

  it('complete what an attempt that broke off has left', async () => {
    for (const statement of (await familyStatements(name)).slice(0, 12)) await admin.query(statement);
    await open();
    expect(await recorded()).toEqual(versions);
    expect(await tables()).toHaveLength(isMysql ? 22 : 21);
  });

  if (name !== 'sqlite') {
    const underSiblingLock = async (work: () => Promise<void>): Promise<void> => {
      const sibling = admin.createQueryRunner();
      const call =
        name === 'postgres'
          ? (verb: string) => `SELECT pg_advisory_${verb}(${FAMILY})`
          : (verb: string) =>
              `SELECT ${verb === 'lock' ? `GET_LOCK('edda_migration', 60)` : `RELEASE_LOCK('edda_migration')`}`;
      await sibling.query(call('lock'));
      try {
        await work();
      } finally {
        await sibling.query(call('unlock'));
        await sibling.release();
      }
    };
    const runAndRecordFamily = async (): Promise<void> => {
      await runFamily();
      await admin.query('CREATE TABLE IF NOT EXISTS schema_migrations (version VARCHAR(255) PRIMARY KEY)');
      await admin.query(`INSERT INTO schema_migrations (version) VALUES ('${FAMILY}')`);
    };

    it('wait for a sibling that is making the tables', async () => {
      let opening: Promise<void> | undefined;
      await underSiblingLock(async () => {
        opening = open();
        await runAndRecordFamily();
        expect(await recorded()).toEqual([FAMILY]);
      });
      await opening;
      expect(await recorded()).toEqual(versions);
    });

    it('do not wait for a sibling once it has made the tables', async () => {
      await runAndRecordFamily();
      await underSiblingLock(() => open());
      expect(await recorded()).toEqual(versions);
    });
  }

  it('complain about a table that is not as it must be, instead of swallowing it', async () => {
    await runFamily();
    await admin.query('ALTER TABLE workflow_compensations DROP COLUMN args');
    const error = await open().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(MigrationError);
    expect(error).toMatchObject({ code: 'ROMANCY_MIGRATION', missing: ['workflow_compensations.args'] });
  });

  it('complain in the same way when the table vanishes after it was recorded', async () => {
    await open();
    await admin.query('DROP TABLE romancy_blocks');
    await expect(open()).rejects.toMatchObject({ code: 'ROMANCY_MIGRATION' });
  });

  it('are only looked at in the mode verify', async () => {
    await expect(open({ migrations: 'verify' })).rejects.toMatchObject({
      code: 'ROMANCY_MIGRATION',
      pending: versions,
    });
    expect(await tables()).toEqual([]);
    await open();
    await open({ migrations: 'verify' });
  });

  it('are not looked at in the mode off', async () => {
    await open({ migrations: 'off' });
    expect(await tables()).toEqual([]);
  });

  it('are applied once by twenty that start at the same time', async () => {
    const storages = Array.from(
      { length: 20 },
      () => new TypeOrmStorage({ database: database.url, poolSize: 2, applicationPoolSize: 1 }),
    );
    await Promise.all(storages.map((storage) => storage.open()));
    await Promise.all(storages.map((storage) => storage.close()));
    expect(await recorded()).toEqual(versions);
    expect(await tables()).toHaveLength(isMysql ? 22 : 21);
  }, 120_000);

  it('can be undone and made again', async () => {
    await open();
    const down = (text: string): readonly string[] => splitSql(text.slice(text.indexOf('-- migrate:down')));
    const files: (readonly [string, string])[] = [
      [OURS, 'romancy_typescript'],
      [FAMILY, 'initial_schema'],
    ];
    if (name !== 'sqlite') files.unshift([WIDE, 'romancy_wide_ids']);
    files.unshift([MESSAGING, 'romancy_messaging']);
    files.unshift([OUTBOX, 'romancy_outbox']);
    files.unshift([WORKERS, 'romancy_workers']);
    files.unshift([INSPECTION, 'romancy_inspection'], [TRACE, 'romancy_trace']);
    if (isMysql) files.unshift([CLUSTERS, 'romancy_clusters']);
    for (const [version, title] of files) {
      for (const statement of down(await fileText(name, version, title))) await admin.query(statement);
    }
    expect(await tables()).toEqual(['schema_migrations', 'system_locks']);
    await admin.query('DELETE FROM schema_migrations');
    await open();
    expect(await recorded()).toEqual(versions);
    expect(await tables()).toHaveLength(isMysql ? 22 : 21);
  });

  it('are listed with their state, applied one after another, and taken back from the newest on', async () => {
    const schema = await DatabaseSchema.open({ database: database.url, ...database.settings });
    try {
      const states = async () => (await schema.statuses()).map(({ version, state }) => [version, state]);
      const allIn = (state: string, of = versions) => of.map((version) => [version, state]);
      expect(schema.dialect).toBe(name);
      expect(await states()).toEqual(allIn('pending'));
      expect(await schema.down()).toBeUndefined();
      await runFamily();
      expect(await states()).toEqual([[FAMILY, 'present'], ...allIn('pending', versions.slice(1))]);
      const applied: string[] = [];
      await schema.up((file) => applied.push(file));
      expect(applied.map((file) => file.split('_')[0])).toEqual(versions.slice(1));
      await schema.up((file) => applied.push(file));
      expect(applied).toHaveLength(versions.length - 1);
      expect(await states()).toEqual([[FAMILY, 'present'], ...allIn('applied', versions.slice(1))]);
      for (const version of versions.slice(1).reverse()) {
        expect(await schema.down()).toMatchObject({ version });
        expect(await recorded()).not.toContain(version);
      }
      expect(await schema.down()).toBeUndefined();
      expect((await tables()).filter((table) => table.startsWith('romancy_'))).toEqual([]);
      await schema.up();
      await open({ migrations: 'verify' });
    } finally {
      await schema.close();
    }
  });
});

describe('migrations on a SQLite file', () => {
  it('are applied once by twenty processes that start at the same time', async () => {
    const database = await createDatabase('sqlite');
    const ended = await Promise.all(Array.from({ length: 20 }, () => fork('./open-and-close.ts', database.url)));
    expect(ended.filter(({ code, output }) => code !== 0 || !output.includes('open'))).toEqual([]);
    const admin = await new DataSource(database.dataSourceOptions()).initialize();
    expect(await admin.query('SELECT version FROM schema_migrations ORDER BY version')).toEqual([
      { version: FAMILY },
      { version: OURS },
      { version: MESSAGING },
      { version: OUTBOX },
      { version: WORKERS },
      { version: TRACE },
      { version: INSPECTION },
    ]);
    await admin.destroy();
    await database.drop();
  }, 180_000);
});
