import { toTimeText } from '../sql/time-text.js';
import type { Dialect, SqlCondition } from './dialect.js';

// statement_timestamp() and not now(): inside a long transaction the latter stands still. AT TIME ZONE makes it independent of the session's zone.
const NOW = `(statement_timestamp() AT TIME ZONE 'UTC')`;
const converted = new Map<string, string>();
const CACHED_TEXTS = 1000;

export const postgresDialect: Dialect = {
  name: 'postgres',
  limits: { maxIdLength: null, refusesNul: true, maxTime: null },
  maxTextBytes: null,
  wholeSeconds: false,
  text: (sql) => {
    let text = converted.get(sql);
    if (text === undefined) {
      let index = 0;
      text = sql.replace(/\?/g, () => `$${++index}`);
      if (converted.size >= CACHED_TEXTS) converted.clear();
      converted.set(sql, text);
    }
    return text;
  },

  now: NOW,
  nowMs: `CAST(floor(EXTRACT(EPOCH FROM statement_timestamp()) * 1000) AS DOUBLE PRECISION)`,
  nowPlus: `(${NOW} + CAST(? AS DOUBLE PRECISION) * interval '1 millisecond')`,
  lease: (milliseconds) => milliseconds,
  timestamp: '?',
  time: toTimeText,
  timeUp: (milliseconds) => toTimeText(Math.ceil(milliseconds)),
  toMs: (column) => `CAST(floor(EXTRACT(EPOCH FROM ${column}) * 1000) AS DOUBLE PRECISION)`,
  nowInSequence: `(${NOW} + CAST(? AS DOUBLE PRECISION) * interval '1 microsecond')`,
  sequence: (index) => index,

  holder: (column) => `split_part(${column}, '#', 1)`,
  comparesWrites: false,

  forUpdate: ' FOR NO KEY UPDATE',
  forUpdateSkipLocked: ' FOR NO KEY UPDATE SKIP LOCKED',
  rowsPerStatement: 500,
  orKeep: () => ' ON CONFLICT DO NOTHING',
  tellsKept: true,
  orReplace: (key, columns) =>
    ` ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}`,
  exactly: (column, value) => ({ sql: `${column} = ?`, params: [value] }),
  throughIndex: () => '',
  // OFFSET 0 keeps the planner from turning the lookups into a join over the whole table.
  lookUp: (table, alias, condition) =>
    ` CROSS JOIN LATERAL (SELECT * FROM ${table} ${alias} WHERE ${condition} OFFSET 0) ${alias}`,
  takeRow: (alias) => ` FOR UPDATE OF ${alias} SKIP LOCKED`,
  cascades: true,
  secondsAgo: (seconds) => `${NOW} - interval '${seconds} seconds'`,
  latestMs: (column) => `CAST(floor(EXTRACT(EPOCH FROM ${column}) * 1000) AS DOUBLE PRECISION)`,
  tail: (column, length) => `right(${column}, ${length})`,
  characters: (column) => `length(${column})`,
  bytes: (column) => `octet_length(${column})`,
  contains: (column) => `position(lower(?) IN lower(${column})) > 0`,
  jsonEquals: (column, path, value): SqlCondition => {
    const found = `romancy_json(${column}) #> string_to_array(?, '.')`;
    return value === null
      ? { sql: `romancy_json(${column}) IS NOT NULL AND COALESCE(${found}, 'null') = 'null'`, params: [path] }
      : { sql: `${found} = CAST(? AS JSONB)`, params: [path, JSON.stringify(value)] };
  },
};
