import { readFile } from 'node:fs/promises';
import { TypeOrmStorage } from '@romancy/typeorm';
import type { DataSource } from 'typeorm';
import { databaseKinds, freshDatabase, type DatabaseKind, type TestDatabase } from '../support/test-databases.js';
import { familyCatalogue, readCatalogue, type Catalogue } from './catalogue.js';

const FILE = '20251217000000_initial_schema.sql';

/** Columns of the family whose type we have made wider. */
const WIDER = [
  'workflow_history',
  'workflow_history_archive',
  'workflow_compensations',
  'workflow_timer_subscriptions',
];

describe.each(databaseKinds)('the tables of the family on %s', (name) => {
  let database: TestDatabase;
  let admin: DataSource;
  let family: Catalogue;

  beforeEach(async () => {
    database = await freshDatabase(name);
    admin = await database.connect();
    family = await familyCatalogue(name);
  });

  afterEach(async () => {
    await admin.destroy();
    await database.drop();
  });

  const migrate = async (): Promise<void> => {
    const storage = new TypeOrmStorage({ database: database.url });
    await storage.open();
    await storage.close();
  };

  it('are made by our first migration as the family makes them', async () => {
    for (const statement of await firstMigration(name)) await admin.query(statement);
    const { schema_migrations: _tracking, ...tables } = family;
    expect(await readCatalogue(admin)).toEqual(tables);
  });

  it('keep every column, index and constraint under our own migrations', async () => {
    await migrate();
    const ours = await readCatalogue(admin);
    const missing = linesOf(family).filter((line) => !linesOf(ours).includes(line));
    const widened = (table: string): boolean => missing.some((line) => line.startsWith(`${table}: column id `));
    expect(missing.filter((line) => !line.includes(': column id int'))).toEqual([]);
    expect(missing).toHaveLength(name === 'sqlite' ? 0 : WIDER.length);
    expect(WIDER.every(widened)).toBe(name !== 'sqlite');
  });

  it('get nothing from us that an INSERT of a sibling would have to name', async () => {
    await migrate();
    const ours = await readCatalogue(admin);
    const added = linesOf(ours).filter((line) => {
      const [table = ''] = line.split(': ');
      return table in family && !linesOf(family).includes(line);
    });
    const columns = added.filter((line) => line.includes(': column romancy_'));
    expect(columns.length).toBeGreaterThan(15);
    for (const column of columns) expect(column).toMatch(/^((?!NOT NULL).)*$|DEFAULT|auto_increment/);
    const rest = added.filter((line) => !columns.includes(line) && !line.includes('romancy_'));
    expect(rest.filter((line) => !line.includes(': column id bigint'))).toEqual([]);
  });
});

/** The statements of the family's file; none of them holds a semicolon. */
async function firstMigration(name: DatabaseKind): Promise<readonly string[]> {
  const folder = { sqlite: 'sqlite', postgres: 'postgresql', mysql: 'mysql', mariadb: 'mysql' }[name];
  const text = await readFile(new URL(`../../migrations/${folder}/${FILE}`, import.meta.url), 'utf8');
  const [, up = ''] = /-- migrate:up\s([\s\S]*)-- migrate:down/.exec(text) ?? [];
  return up
    .replace(/^\s*--.*$/gm, '')
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}

function linesOf(catalogue: Catalogue): readonly string[] {
  return Object.entries(catalogue).flatMap(([table, lines]) => lines.map((line) => `${table}: ${line}`));
}
