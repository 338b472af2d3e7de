import type { QueryRunner } from 'typeorm';
import type { Dialect } from '../dialect/dialect.js';
import type { Remnant } from './schema-objects.js';

const COLUMNS: Readonly<Record<Dialect['name'], string>> = {
  sqlite: `SELECT m.name AS t, p.name AS c FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'`,
  postgres: `SELECT table_name AS t, column_name AS c FROM information_schema.columns WHERE table_schema = ANY (current_schemas(false))`,
  mysql: `SELECT table_name AS t, column_name AS c FROM information_schema.columns WHERE table_schema = DATABASE()`,
  mariadb: `SELECT table_name AS t, column_name AS c FROM information_schema.columns WHERE table_schema = DATABASE()`,
};

const REMNANTS: Readonly<Record<Remnant['kind'], string>> = {
  index: `SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = ? AND index_name = ?`,
  column: `SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ? AND column_name = ?`,
  constraint: `SELECT 1 FROM information_schema.table_constraints WHERE table_schema = DATABASE() AND table_name = ? AND constraint_name = ?`,
};

/** Every column of the database, as `table.column`. */
export async function presentColumns(runner: QueryRunner, dialect: Dialect): Promise<ReadonlySet<string>> {
  const rows = (await runner.query(COLUMNS[dialect.name])) as readonly { t: string; c: string }[];
  return new Set(rows.map(({ t, c }) => `${t}.${c}`));
}

/** MySQL and MariaDB: whether an earlier attempt has made this already. */
export async function isPresent(runner: QueryRunner, { kind, table, name }: Remnant): Promise<boolean> {
  const rows = (await runner.query(REMNANTS[kind], [table, name])) as readonly unknown[];
  return rows.length > 0;
}

export async function recordedVersions(runner: QueryRunner): Promise<ReadonlySet<string>> {
  const rows = (await runner.query('SELECT version FROM schema_migrations')) as readonly { version: string }[];
  return new Set(rows.map(({ version }) => version));
}
