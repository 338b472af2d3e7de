import type { Dialect, DialectName, SqlCondition } from './dialect.js';
import { jsonPaths, overPaths } from './json-path.js';

/** MySQL and MariaDB. Times pass through UNIX time, so that the session's zone does not matter; their columns hold whole seconds. */
export function mysqlDialect(
  name: Extract<DialectName, 'mysql' | 'mariadb'>,
  maxTextBytes: number,
  comparesWrites: boolean,
): Dialect {
  return {
    name,
    limits: { maxIdLength: 255, refusesNul: false, maxTime: 2_147_483_647_000 },
    maxTextBytes,
    wholeSeconds: true,
    text: (sql) => sql,

    now: 'NOW(6)',
    nowMs: 'CAST(FLOOR(UNIX_TIMESTAMP(NOW(6)) * 1000) AS DOUBLE)',
    nowPlus: 'FROM_UNIXTIME(CEILING(UNIX_TIMESTAMP(NOW(6)) + ? / 1000))',
    lease: (milliseconds) => milliseconds,
    timestamp: 'FROM_UNIXTIME(?)',
    time: (milliseconds) => Math.floor(milliseconds / 1000),
    timeUp: (milliseconds) => Math.ceil(milliseconds / 1000),
    toMs: (column) => `CAST(UNIX_TIMESTAMP(${column}) * 1000 AS DOUBLE)`,
    nowInSequence: 'NOW(6) + INTERVAL ? MICROSECOND',
    sequence: (index) => index,

    holder: (column) => `SUBSTRING_INDEX(${column}, '#', 1)`,

    comparesWrites,
    forUpdate: ' FOR UPDATE',
    forUpdateSkipLocked: ' FOR UPDATE SKIP LOCKED',
    rowsPerStatement: 200,
    // INSERT IGNORE would also swallow a missing parent and cut long texts.
    orKeep: (column) => ` ON DUPLICATE KEY UPDATE ${column} = ${column}`,
    // The driver asks for rows that matched, so an untouched row counts as well.
    tellsKept: false,
    orReplace: (_key, columns) =>
      ` ON DUPLICATE KEY UPDATE ${columns.map((column) => `${column} = VALUES(${column})`).join(', ')}`,
    // The first comparison finds the row through an index, whatever the collation; the second tells it from its likes.
    exactly: (column, value) => ({
      sql: `${column} = ? AND CAST(CONVERT(${column} USING utf8mb4) AS BINARY) = CAST(? AS BINARY)`,
      params: [value, value],
    }),
    throughIndex: (index) => ` FORCE INDEX (${index})`,
    lookUp: (table, alias, condition) => ` STRAIGHT_JOIN ${table} ${alias} ON ${condition}`,
    takeRow: () => ' FOR UPDATE SKIP LOCKED',
    cascades: true,
    secondsAgo: (seconds) => `NOW(6) - INTERVAL ${seconds} SECOND`,
    latestMs: (column) => `CAST(UNIX_TIMESTAMP(${column}) * 1000 + 999 AS DOUBLE)`,
    tail: (column, length) => `RIGHT(${column}, ${length})`,
    characters: (column) => `CHAR_LENGTH(${column})`,
    bytes: (column) => `LENGTH(${column})`,
    contains: (column) => `LOCATE(LOWER(?), LOWER(${column})) > 0`,
    jsonEquals,
  };
}

function jsonEquals(column: string, path: string, value: string | number | boolean | null): SqlCondition {
  const paths = jsonPaths(path);
  const { condition, params } = conditionOf(column, value);
  const missing = value === null ? `JSON_EXTRACT(${column}, ?) IS NULL` : null;
  return {
    sql: `CASE WHEN JSON_VALID(${column}) THEN ${overPaths(paths, condition, missing)} ELSE 0 END`,
    params: [...paths.flatMap((form) => params(form)), ...(missing === null ? [] : paths)],
  };
}

function conditionOf(
  column: string,
  value: string | number | boolean | null,
): { condition: string; params: (path: string) => (string | number)[] } {
  const type = `JSON_TYPE(JSON_EXTRACT(${column}, ?))`;
  if (value === null) return { condition: `${type} = 'NULL'`, params: (path) => [path] };
  if (typeof value === 'boolean') {
    return {
      condition: `${type} = 'BOOLEAN' AND JSON_UNQUOTE(JSON_EXTRACT(${column}, ?)) = ?`,
      params: (path) => [path, path, String(value)],
    };
  }
  if (typeof value === 'number') {
    return {
      condition: `${type} IN ('INTEGER', 'UNSIGNED INTEGER', 'DOUBLE', 'DECIMAL') AND JSON_EXTRACT(${column}, ?) + 0 = ?`,
      params: (path) => [path, path, value],
    };
  }
  return {
    condition: `${type} = 'STRING' AND CAST(JSON_UNQUOTE(JSON_EXTRACT(${column}, ?)) AS BINARY) = CAST(? AS BINARY)`,
    params: (path) => [path, path, value],
  };
}
