import type { HistoryPlace, HistoryRow, HistoryStore } from '@romancy/core';
import type { Backend } from '../connection/backend.js';
import type { Dialect } from '../dialect/dialect.js';
import { run, runOne, type SqlProgram } from '../sql/program.js';
import { chunks, sql, type SqlRow, type SqlStatement } from '../sql/statement.js';

/** SQLite has no round trip to save. On PostgreSQL the text is the same for every number, so that it is planned once. */
const PLACES_PER_STATEMENT = { sqlite: 1, postgres: 500, mysql: 40, mariadb: 40 } as const;

const PAYLOAD = sql('event_data, event_data_binary');

/** Pages of an instance's history. */
export class TypeOrmHistoryStore implements HistoryStore {
  constructor(private readonly backend: Backend) {}

  read(instanceId: string, afterId: number, limit: number): Promise<readonly HistoryRow[]> {
    return this.backend.read(this.#page(instanceId, afterId, limit));
  }

  readMany(places: readonly HistoryPlace[], limit: number): Promise<readonly (readonly HistoryRow[])[]> {
    return this.backend.read(this.#pages(places, limit));
  }

  *#pages(places: readonly HistoryPlace[], limit: number): SqlProgram<readonly (readonly HistoryRow[])[]> {
    const { dialect } = this.backend;
    const parts = [...chunks(places, PLACES_PER_STATEMENT[dialect.name])];
    const results = yield* run(parts.map((part) => pagesOf(dialect, part, limit)));
    return parts.flatMap((part, index) => {
      const rows = results[index]?.rows ?? [];
      return part.map((_, number) =>
        rows
          .filter((row) => Number(row['place']) === number)
          .map(toHistoryRow)
          .sort((a, b) => a.id - b.id),
      );
    });
  }

  *#page(instanceId: string, afterId: number, limit: number): SqlProgram<readonly HistoryRow[]> {
    const page = historyPage(this.backend.dialect, 'workflow_history', { instanceId, afterId, limit });
    return (yield* runOne(page)).rows.map(toHistoryRow);
  }
}

export type HistoryTable = 'workflow_history' | 'workflow_history_archive';

export interface HistoryPage {
  readonly instanceId: string;
  readonly afterId: number;
  readonly limit: number;
}

/** Reads rows for {@link toHistoryRow}, or with other payload columns for {@link historyFacts}. */
export function historyPage(
  dialect: Dialect,
  table: HistoryTable,
  { instanceId, afterId, limit }: HistoryPage,
  payload = PAYLOAD,
): SqlStatement {
  return sql(pageText(dialect, table, payload.sql, '?', '?'), [...payload.params, instanceId, afterId, limit]);
}

function pageText(dialect: Dialect, table: HistoryTable, payload: string, instance: string, after: string): string {
  return (
    `SELECT id, activity_id, event_type, data_type, ${payload}, romancy_time, ${dialect.toMs('created_at')} AS created_at` +
    ` FROM ${table} WHERE instance_id = ${instance} AND id > ${after} ORDER BY id LIMIT ?`
  );
}

function pagesOf(dialect: Dialect, places: readonly HistoryPlace[], limit: number): SqlStatement {
  if (dialect.name === 'postgres') return pagesTogether(dialect, places, limit);
  const pages = places.map((place) => historyPage(dialect, 'workflow_history', { ...place, limit }));
  return sql(
    pages
      .map((page, index) => `SELECT ${index} AS place, p${index}.* FROM (${page.sql}) p${index}`)
      .join(' UNION ALL '),
    pages.flatMap(({ params }) => params),
  );
}

function pagesTogether(dialect: Dialect, places: readonly HistoryPlace[], limit: number): SqlStatement {
  return sql(
    `SELECT p.*, r.n - 1 AS place FROM unnest(CAST(? AS text[]), CAST(? AS bigint[])) WITH ORDINALITY AS r (instance, after, n)` +
      ` CROSS JOIN LATERAL (${pageText(dialect, 'workflow_history', PAYLOAD.sql, 'r.instance', 'r.after')}) p`,
    [places.map(({ instanceId }) => instanceId), places.map(({ afterId }) => afterId), limit],
  );
}

export function toHistoryRow(row: SqlRow): HistoryRow {
  const binary = row['event_data_binary'] as Uint8Array | null;
  return {
    ...historyFacts(row),
    data: row['event_data'] as string | null,
    binary: row['data_type'] === 'binary' ? (binary ?? new Uint8Array()) : null,
  };
}

/** What a row says beside its payload. */
export function historyFacts(row: SqlRow): Omit<HistoryRow, 'data' | 'binary'> {
  return {
    id: Number(row['id']),
    activityId: row['activity_id'] as string,
    eventType: row['event_type'] as string,
    time: Number(row['romancy_time'] ?? row['created_at']),
  };
}
