import type { HistoryExcerpt } from '@romancy/core';
import type { Dialect } from '../dialect/dialect.js';
import type { SqlRow, SqlStatement } from '../sql/statement.js';
import { historyFacts, historyPage, type HistoryPage, type HistoryTable } from '../stores/history.store.js';
import { payloadExcerpt } from './payload-excerpt.js';

/** A page of a history without what is long. */
export function historyExcerpts(
  dialect: Dialect,
  table: HistoryTable,
  page: HistoryPage,
  maxCharacters: number,
): SqlStatement {
  return historyPage(dialect, table, page, payloadExcerpt(dialect, '', maxCharacters));
}

export function historyExcerptOf(row: SqlRow): HistoryExcerpt {
  return {
    ...historyFacts(row),
    data: row['event_data'] as string | null,
    characters: Number(row['characters'] ?? 0),
    bytes: row['data_type'] === 'binary' ? Number(row['bytes'] ?? 0) : null,
  };
}
