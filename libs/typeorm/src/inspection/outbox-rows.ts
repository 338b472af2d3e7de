import type { InspectionStore, OutboxRow, OutboxStatus } from '@romancy/core';
import type { Dialect } from '../dialect/dialect.js';
import { toNumber } from '../entities/transformers.js';
import { claimedEventOf, eventColumns, positionOf } from '../outbox/outbox-claim.js';
import { payloadExcerpt } from './payload-excerpt.js';
import { sql, type SqlRow, type SqlStatement } from '../sql/statement.js';

/** Newest first: of an instance by the order of insertion, of a status by time, as the indexes have them. */
export function outboxRows(
  dialect: Dialect,
  { instanceId, status, limit, maxCharacters }: Parameters<InspectionStore['outbox']>[0],
): SqlStatement {
  const conditions: string[] = [];
  const params: string[] = [];
  if (instanceId !== undefined) {
    conditions.push('o.romancy_instance = ?');
    params.push(instanceId);
  }
  if (status !== undefined) {
    conditions.push('o.status = ?');
    params.push(status);
  }
  const index = instanceId === undefined ? 'idx_outbox_status' : 'idx_romancy_outbox_instance';
  const order = instanceId === undefined ? 'o.created_at DESC' : `${positionOf(dialect, 'o')} DESC`;
  const payload = payloadExcerpt(dialect, 'o.', maxCharacters);
  return sql(
    `SELECT ${eventColumns(dialect, payload.sql)}, o.status, o.last_error, o.romancy_next_at, ${dialect.toMs('o.published_at')} AS published_ms` +
      ` FROM outbox_events o${dialect.throughIndex(index)} WHERE ${conditions.join(' AND ')} ORDER BY ${order} LIMIT ?`,
    [...payload.params, ...params, limit],
  );
}

export function outboxRowOf(row: SqlRow): OutboxRow {
  const { attempt, binary: _, ...event } = claimedEventOf(row);
  const isBinary = row['data_type'] === 'binary' && row['bytes'] !== null;
  return {
    ...event,
    data: isBinary ? null : event.data,
    characters: isBinary ? 0 : Number(row['characters'] ?? 0),
    bytes: isBinary ? Number(row['bytes']) : null,
    status: row['status'] as OutboxStatus,
    attempts: attempt,
    error: row['last_error'] as string | null,
    publishedAt: toNumber(row['published_ms']),
    nextAt: toNumber(row['romancy_next_at']),
  };
}
