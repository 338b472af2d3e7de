import type { QueryRunner } from 'typeorm';
import type { Dialect } from '../dialect/dialect.js';
import { SIBLINGS_EXIST } from '../sql/instance-sql.js';
import type { PresentIndexes } from './index-changes.js';
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

const INDEXES: Readonly<Record<Dialect['name'], string>> = {
  sqlite: `SELECT name AS i, 1 AS usable FROM sqlite_master WHERE type = 'index'`,
  postgres:
    'SELECT c.relname AS i, x.indisvalid::int AS usable FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid' +
    ' JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY (current_schemas(false))',
  mysql:
    'SELECT DISTINCT index_name AS i, 1 AS usable FROM information_schema.statistics WHERE table_schema = DATABASE()',
  mariadb:
    'SELECT DISTINCT index_name AS i, 1 AS usable FROM information_schema.statistics WHERE table_schema = DATABASE()',
};

/** Every index of the database. */
export async function presentIndexes(runner: QueryRunner, dialect: Dialect): Promise<PresentIndexes> {
  const rows = (await runner.query(INDEXES[dialect.name])) as readonly { i: string; usable: unknown }[];
  return new Map(rows.map(({ i, usable }) => [i, Number(usable) === 1]));
}

/** Whether another framework has instances here, or a process that leads: what it looks up has to be found by an index. */
export async function siblingsExist(runner: QueryRunner, dialect: Dialect): Promise<boolean> {
  const leads =
    `EXISTS (SELECT 1 FROM system_locks l WHERE l.lock_name NOT LIKE 'romancy_typescript%' AND l.locked_by IS NOT NULL` +
    ` AND l.lock_expires_at > ${dialect.now})`;
  const [row] = (await runner.query(
    `SELECT ${SIBLINGS_EXIST} AS instances, CASE WHEN ${leads} THEN 1 ELSE 0 END AS leads`,
  )) as readonly { instances: unknown; leads: unknown }[];
  return Number(row?.instances) === 1 || Number(row?.leads) === 1;
}
