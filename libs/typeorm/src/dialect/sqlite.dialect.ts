import { toTimeText } from '../sql/time-text.js';
import type { Dialect, SqlCondition } from './dialect.js';
import { jsonPaths, overPaths } from './json-path.js';

const NOW = `strftime('%Y-%m-%d %H:%M:%f', 'now')`;

export const sqliteDialect: Dialect = {
  name: 'sqlite',
  limits: { maxIdLength: null, refusesNul: false, maxTime: null },
  maxTextBytes: null,
  wholeSeconds: false,
  text: (sql) => sql,

  now: `${NOW} || '000'`,
  nowMs: `CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)`,
  nowPlus: `strftime('%Y-%m-%d %H:%M:%f', 'now', ?) || '000'`,
  lease: (milliseconds) => `${milliseconds < 0 ? '' : '+'}${(milliseconds / 1000).toFixed(3)} seconds`,
  timestamp: '?',
  time: toTimeText,
  timeUp: (milliseconds) => toTimeText(Math.ceil(milliseconds)),
  toMs: (column) => `CAST(ROUND((julianday(${column}) - 2440587.5) * 86400000) AS INTEGER)`,
  nowInSequence: `${NOW} || ?`,
  sequence: (index) => String(index % 1000).padStart(3, '0'),

  holder: (column) => `substr(${column}, 1, instr(${column} || '#', '#') - 1)`,
  comparesWrites: false,

  forUpdate: '',
  forUpdateSkipLocked: '',
  rowsPerStatement: 1,
  orKeep: () => ' ON CONFLICT DO NOTHING',
  tellsKept: true,
  orReplace: (key, columns) =>
    ` ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}`,
  exactly: (column, value) => ({ sql: `${column} = ?`, params: [value] }),
  throughIndex: (index) => ` INDEXED BY ${index}`,
  lookUp: (table, alias, condition) => ` CROSS JOIN ${table} ${alias} ON ${condition}`,
  takeRow: () => '',
  // Only where the connection asks for it.
  cascades: false,
  secondsAgo: (seconds) => `strftime('%Y-%m-%d %H:%M:%f', 'now', '-${seconds} seconds')`,
  latestMs: (column) =>
    `CAST(ROUND((julianday(${column}) - 2440587.5) * 86400000) AS INTEGER) + CASE WHEN length(${column}) = 19 THEN 999 ELSE 0 END`,
  tail: (column, length) => `substr(${column}, -${length})`,
  characters: (column) => `length(${column})`,
  bytes: (column) => `length(${column})`,
  contains: (column) => `instr(lower(${column}), lower(?)) > 0`,
  jsonEquals,
};

function jsonEquals(column: string, path: string, value: string | number | boolean | null): SqlCondition {
  const types = typesOf(value);
  const paths = jsonPaths(path);
  const compared = typeof value === 'string' || typeof value === 'number';
  const condition = compared
    ? `json_type(${column}, ?) IN (${types}) AND json_extract(${column}, ?) = ?`
    : `json_type(${column}, ?) IN (${types})`;
  const missing = value === null ? `json_type(${column}, ?) IS NULL` : null;
  return {
    sql: `CASE WHEN json_valid(${column}) THEN ${overPaths(paths, condition, missing)} ELSE 0 END`,
    params: [...paths.flatMap((form) => (compared ? [form, form, value] : [form])), ...(missing === null ? [] : paths)],
  };
}

function typesOf(value: string | number | boolean | null): string {
  if (value === null) return `'null'`;
  if (typeof value === 'string') return `'text'`;
  if (typeof value === 'number') return `'integer', 'real'`;
  return value ? `'true'` : `'false'`;
}
