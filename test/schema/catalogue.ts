import { readFile } from 'node:fs/promises';
import type { DataSource } from 'typeorm';

/** What a database says of its tables: a line for each column, index, constraint and key, by table. */
export type Catalogue = Readonly<Record<string, readonly string[]>>;

interface Row {
  readonly t: string;
  readonly line: string;
}

const SQLITE = [
  `SELECT m.name AS t, 'column ' || p.name || ' ' || p.type || CASE p."notnull" WHEN 1 THEN ' NOT NULL' ELSE '' END ||
    COALESCE(' DEFAULT ' || p.dflt_value, '') || CASE WHEN p.pk > 0 THEN ' PK' || p.pk ELSE '' END AS line
   FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'`,
  `SELECT m.name AS t, CASE l."unique" WHEN 1 THEN 'unique ' ELSE 'index ' END ||
    CASE l.origin WHEN 'c' THEN l.name || ' ' ELSE '' END ||
    (SELECT group_concat(i.name || CASE i."desc" WHEN 1 THEN ' DESC' ELSE '' END, ', ')
     FROM (SELECT * FROM pragma_index_xinfo(l.name) WHERE key = 1 ORDER BY seqno) i) AS line
   FROM sqlite_master m JOIN pragma_index_list(m.name) l WHERE m.type = 'table'`,
  `SELECT m.name AS t, 'references ' || f."from" || ' -> ' || f."table" || '.' || f."to" || ' ON DELETE ' || f.on_delete AS line
   FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'`,
];

const POSTGRES = [
  `SELECT table_name AS t, 'column ' || column_name || ' ' || data_type ||
    CASE is_nullable WHEN 'NO' THEN ' NOT NULL' ELSE '' END || COALESCE(' DEFAULT ' || column_default, '') AS line
   FROM information_schema.columns WHERE table_schema = current_schema()`,
  `SELECT tablename AS t, regexp_replace(indexdef, ' ON [^ ]+ USING', ' USING') AS line FROM pg_indexes WHERE schemaname = current_schema()`,
  `SELECT c.conrelid::regclass::text AS t, 'constraint ' || c.conname || ' ' || pg_get_constraintdef(c.oid) AS line
   FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace WHERE n.nspname = current_schema() AND c.contype <> 'n'`,
];

const MYSQL = [
  `SELECT table_name AS t, CONCAT('column ', column_name, ' ', column_type, IF(is_nullable = 'NO', ' NOT NULL', ''),
    COALESCE(CONCAT(' DEFAULT ', column_default), ''), ' ', extra) AS line
   FROM information_schema.columns WHERE table_schema = DATABASE()`,
  `SELECT table_name AS t, CONCAT(IF(MAX(non_unique) = 0, 'unique ', 'index '), index_name, ' ',
    GROUP_CONCAT(COALESCE(column_name, '(expression)'), IF(collation = 'D', ' DESC', '') ORDER BY seq_in_index SEPARATOR ', ')) AS line
   FROM information_schema.statistics WHERE table_schema = DATABASE() GROUP BY table_name, index_name`,
  `SELECT k.table_name AS t, CONCAT('references ', GROUP_CONCAT(k.column_name ORDER BY k.ordinal_position), ' -> ',
    k.referenced_table_name, '.', GROUP_CONCAT(k.referenced_column_name ORDER BY k.ordinal_position), ' ON DELETE ', MAX(r.delete_rule)) AS line
   FROM information_schema.key_column_usage k JOIN information_schema.referential_constraints r
    ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name AND r.table_name = k.table_name
   WHERE k.table_schema = DATABASE() AND k.referenced_table_name IS NOT NULL
   GROUP BY k.table_name, k.constraint_name, k.referenced_table_name`,
  `SELECT t.table_name AS t, CONCAT('constraint ', c.constraint_name, ' ', c.check_clause) AS line
   FROM information_schema.check_constraints c JOIN information_schema.table_constraints t
    ON t.constraint_schema = c.constraint_schema AND t.constraint_name = c.constraint_name
   WHERE c.constraint_schema = DATABASE() AND t.constraint_type = 'CHECK'`,
];

export async function readCatalogue(database: DataSource): Promise<Catalogue> {
  const { type } = database.options;
  const queries = type === 'postgres' ? POSTGRES : type === 'mysql' || type === 'mariadb' ? MYSQL : SQLITE;
  const found = new Map<string, string[]>();
  for (const query of queries) {
    for (const { t, line } of await database.query<Row[]>(query)) {
      found.set(t, [...(found.get(t) ?? []), line.replace(/\s+/g, ' ').trim()]);
    }
  }
  if (queries === SQLITE) await addChecks(database, found);
  found.delete('sqlite_sequence');
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([t, lines]) => [t, lines.sort()]));
}

/** SQLite has its checks nowhere but in the text of the table. */
async function addChecks(database: DataSource, found: Map<string, string[]>): Promise<void> {
  const tables = await database.query<{ name: string; sql: string }[]>(
    `SELECT name, sql FROM sqlite_master WHERE type = 'table'`,
  );
  for (const { name, sql } of tables) {
    const text = sql.replace(/--.*$/gm, '').replace(/\s+/g, ' ');
    for (const [, constraint, rest] of text.matchAll(/CONSTRAINT (\w+) CHECK ?(?=(\(.*))/g)) {
      found.get(name)?.push(`constraint ${constraint} CHECK ${balanced(rest ?? '')}`);
    }
    if (/AUTOINCREMENT/i.test(text)) found.get(name)?.push('autoincrement');
  }
}

/** The text from its opening parenthesis to the one that closes it, whatever the spaces are. */
function balanced(text: string): string {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    if (text[index] === '(') depth += 1;
    else if (text[index] === ')' && (depth -= 1) === 0) return text.slice(0, index + 1).replace(/\s*([(),])\s*/g, '$1');
  }
  return text;
}

/** What Edda makes of an empty database. */
export async function familyCatalogue(name: string): Promise<Catalogue> {
  const file = new URL(`./fixtures/family-catalogue.${name}.json`, import.meta.url);
  return JSON.parse(await readFile(file, 'utf8')) as Catalogue;
}
