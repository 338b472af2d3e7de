import type { HistoryExcerpt } from '@romancy/core';
import type { Dialect } from '../dialect/dialect.js';
import { sql, type SqlRow, type SqlStatement } from '../sql/statement.js';
import { historyFacts, historyPage, type HistoryPage, type HistoryTable } from '../stores/history.store.js';

/** Rows of a history of which the database hands out neither long texts nor bytes, only how long they are. */
export function historyExcerpts(
  dialect: Dialect,
  table: HistoryTable,
  page: HistoryPage,
  maxCharacters: number,
): SqlStatement {
  const characters = dialect.characters('event_data');
  const payload =
    `CASE WHEN ${characters} <= ? THEN event_data END AS event_data, ${characters} AS characters,` +
    ` ${dialect.bytes('event_data_binary')} AS bytes`;
  return historyPage(dialect, table, page, sql(payload, [maxCharacters]));
}

export function historyExcerptOf(row: SqlRow): HistoryExcerpt {
  return {
    ...historyFacts(row),
    data: row['event_data'] as string | null,
    characters: Number(row['characters'] ?? 0),
    bytes: row['data_type'] === 'binary' ? Number(row['bytes'] ?? 0) : null,
  };
}
