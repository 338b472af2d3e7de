import type { HistoryRow, HistoryStore } from '@romancy/core';
import type { Backend } from '../connection/backend.js';
import type { Dialect } from '../dialect/dialect.js';
import { runOne, type SqlProgram } from '../sql/program.js';
import { sql, type SqlRow, type SqlStatement } from '../sql/statement.js';

/** Pages of an instance's history. */
export class TypeOrmHistoryStore implements HistoryStore {
  constructor(private readonly backend: Backend) {}

  read(instanceId: string, afterId: number, limit: number): Promise<readonly HistoryRow[]> {
    return this.backend.read(this.#page(instanceId, afterId, limit));
  }

  *#page(instanceId: string, afterId: number, limit: number): SqlProgram<readonly HistoryRow[]> {
    const page = historyPage(this.backend.dialect, 'workflow_history', { instanceId, afterId, limit });
    return (yield* runOne(page)).rows.map(toHistoryRow);
  }
}

/** Reads rows for {@link toHistoryRow}. */
export function historyPage(
  dialect: Dialect,
  table: 'workflow_history' | 'workflow_history_archive',
  { instanceId, afterId, limit }: { readonly instanceId: string; readonly afterId: number; readonly limit: number },
): SqlStatement {
  return sql(
    `SELECT id, activity_id, event_type, data_type, event_data, event_data_binary, romancy_time,` +
      ` ${dialect.toMs('created_at')} AS created_at FROM ${table} WHERE instance_id = ? AND id > ? ORDER BY id LIMIT ?`,
    [instanceId, afterId, limit],
  );
}

export function toHistoryRow(row: SqlRow): HistoryRow {
  const binary = row['event_data_binary'] as Uint8Array | null;
  return {
    id: Number(row['id']),
    activityId: row['activity_id'] as string,
    eventType: row['event_type'] as string,
    data: row['event_data'] as string | null,
    binary: row['data_type'] === 'binary' ? (binary ?? new Uint8Array()) : null,
    time: Number(row['romancy_time'] ?? row['created_at']),
  };
}
