import type { ClaimedEvent } from '@romancy/core';
import type { Dialect } from '../dialect/dialect.js';
import { placeholders, sql, type SqlRow, type SqlStatement } from '../sql/statement.js';

/** Order of insertion. */
export function positionOf(dialect: Dialect, alias: string): string {
  return `${alias}.${dialect.name === 'sqlite' ? 'rowid' : 'romancy_position'}`;
}

/** Each has its place in an index. */
function reasons(dialect: Dialect): readonly string[] {
  return [
    `o.status = 'pending' AND o.romancy_next_at IS NULL`,
    `o.status = 'pending' AND o.romancy_next_at <= ${dialect.nowMs}`,
    `o.status = 'processing' AND o.romancy_claimed_until <= ${dialect.nowMs}`,
  ];
}

/**
 * No unfinished event of the same order key stands before it. A plain read, also inside a locking one: an event that another relay is claiming
 * in an open transaction counts as unfinished.
 */
function atHead(dialect: Dialect): string {
  const before = `${positionOf(dialect, 'e')} < ${positionOf(dialect, 'o')}`;
  return (
    `(o.romancy_order_key IS NULL OR NOT EXISTS (SELECT 1 FROM outbox_events e WHERE e.romancy_order_key = o.romancy_order_key` +
    ` AND e.status IN ('pending', 'processing') AND ${before}))`
  );
}

/** Finds candidates without locking them: what an idle process asks for again and again. */
export function findDue(dialect: Dialect, limit: number): SqlStatement {
  const position = positionOf(dialect, 'o');
  const parts = reasons(dialect).map(
    (reason, index) =>
      `SELECT * FROM (SELECT o.event_id, ${position} AS place FROM outbox_events o WHERE ${reason} AND ${atHead(dialect)}` +
      ` ORDER BY ${index === 1 ? 'o.romancy_next_at, ' : ''}${position} LIMIT ?) due${index}`,
  );
  return sql(`${parts.join(' UNION ALL ')} ORDER BY place LIMIT ?`, [...parts.map(() => limit), limit]);
}

/** Locks those of the candidates that are still due; what another relay is claiming is left to it. */
export function lockDue(dialect: Dialect, eventIds: readonly string[]): SqlStatement {
  const due = reasons(dialect)
    .map((reason) => `(${reason})`)
    .join(' OR ');
  return sql(
    `SELECT o.event_id FROM outbox_events o WHERE o.event_id IN (${placeholders(eventIds.length)}) AND (${due})` +
      ` AND ${atHead(dialect)} ORDER BY ${positionOf(dialect, 'o')}${dialect.forUpdateSkipLocked}`,
    eventIds,
  );
}

export function takeDue(dialect: Dialect, eventIds: readonly string[], token: string, leaseMs: number): SqlStatement {
  return sql(
    `UPDATE outbox_events SET status = 'processing', retry_count = COALESCE(retry_count, 0) + 1, romancy_claimed_by = ?,` +
      ` romancy_claimed_until = ${dialect.nowMs} + ? WHERE event_id IN (${placeholders(eventIds.length)})`,
    [token, leaseMs, ...eventIds],
  );
}

export function readEvents(dialect: Dialect, eventIds: readonly string[]): SqlStatement {
  return sql(
    `SELECT ${eventColumns(dialect)} FROM outbox_events o WHERE o.event_id IN (${placeholders(eventIds.length)}) ORDER BY ${positionOf(dialect, 'o')}`,
    eventIds,
  );
}

/** The select list for {@link claimedEventOf}, or with other payload columns. */
export function eventColumns(dialect: Dialect, payload = 'o.event_data, o.event_data_binary'): string {
  return (
    `o.event_id, o.event_type, o.event_source, o.data_type, ${payload}, o.content_type, o.retry_count,` +
    ` o.romancy_attributes, o.romancy_order_key, o.romancy_instance, ${dialect.toMs('o.created_at')} AS created_ms`
  );
}

export function claimedEventOf(row: SqlRow): ClaimedEvent {
  const text = (column: string): string => row[column] as string;
  const optional = (column: string): string | null => (row[column] ?? null) as string | null;
  // A sibling writes an empty text for JSON.
  const binary = row['data_type'] === 'binary' ? ((row['event_data_binary'] ?? null) as Uint8Array | null) : null;
  return {
    eventId: text('event_id'),
    eventType: text('event_type'),
    eventSource: text('event_source'),
    data: binary === null ? optional('event_data') : null,
    binary,
    contentType: text('content_type'),
    attributes: optional('romancy_attributes'),
    orderKey: optional('romancy_order_key'),
    instanceId: optional('romancy_instance'),
    attempt: Number(row['retry_count']),
    createdAt: Number(row['created_ms']),
  };
}
