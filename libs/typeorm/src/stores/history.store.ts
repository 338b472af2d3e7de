import type { HistoryRow, HistoryStore } from '@romancy/core';
import type { Backend } from '../connection/backend.js';
import { runOne, type SqlProgram } from '../sql/program.js';
import { sql, type SqlRow } from '../sql/statement.js';

/** Pages of an instance's history. */
export class TypeOrmHistoryStore implements HistoryStore {
  constructor(private readonly backend: Backend) {}

  read(instanceId: string, afterId: number, limit: number): Promise<readonly HistoryRow[]> {
    return this.backend.read(this.#page('workflow_history', [instanceId, afterId, limit]));
  }

  archived(instanceId: string, afterId: number, limit: number): Promise<readonly HistoryRow[]> {
    return this.backend.read(this.#page('workflow_history_archive', [instanceId, afterId, limit]));
  }

  *#page(table: string, params: readonly [string, number, number]): SqlProgram<readonly HistoryRow[]> {
    const { rows } = yield* runOne(
      sql(
        `SELECT id, activity_id, event_type, data_type, event_data, event_data_binary, romancy_time,` +
          ` ${this.backend.dialect.toMs('created_at')} AS created_at` +
          ` FROM ${table} WHERE instance_id = ? AND id > ? ORDER BY id LIMIT ?`,
        params,
      ),
    );
    return rows.map(toHistoryRow);
  }
}

function toHistoryRow(row: SqlRow): HistoryRow {
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
