import type { Dialect } from '../dialect/dialect.js';
import { placeholders, sql, type SqlStatement } from '../sql/statement.js';

/** Events that a sibling's relay has taken get a time after which it counts as dead. */
export function watchSending({ nowMs }: Dialect, graceMs: number): readonly SqlStatement[] {
  return [
    // What ours has given up is looked at by Edda again and again: that is left alone.
    sql(
      `UPDATE outbox_events SET romancy_claimed_until = ${nowMs} + ? WHERE status = 'processing' AND romancy_claimed_until IS NULL` +
        ' AND romancy_claimed_by IS NULL',
      [graceMs],
    ),
    // Put back by a sibling or by hand; whoever takes it next decides anew.
    sql(
      `UPDATE outbox_events SET romancy_claimed_by = NULL, romancy_claimed_until = NULL WHERE status = 'pending'` +
        ' AND (romancy_claimed_until IS NOT NULL OR romancy_claimed_by IS NOT NULL)',
    ),
  ];
}

/** Events of ours that were given up, but not by a relay of ours. Siblings' have no attributes. */
function givenUpBySiblings({ nowMs }: Dialect): string {
  return (
    `status IN ('failed', 'invalid', 'expired') AND romancy_attributes IS NOT NULL` +
    ` AND (romancy_claimed_by IS NULL OR romancy_claimed_until <= ${nowMs})`
  );
}

export function findGivenUpBySiblings(dialect: Dialect, limit: number): SqlStatement {
  return sql(
    `SELECT event_id FROM outbox_events${dialect.throughIndex('idx_outbox_status')} WHERE ${givenUpBySiblings(dialect)} LIMIT ?`,
    [limit],
  );
}

/** Attempts and the time of the next one stay. */
export function takeBack(dialect: Dialect, eventIds: readonly string[]): SqlStatement {
  return sql(
    `UPDATE outbox_events SET status = 'pending', romancy_claimed_by = NULL, romancy_claimed_until = NULL` +
      ` WHERE event_id IN (${placeholders(eventIds.length)}) AND ${givenUpBySiblings(dialect)}`,
    eventIds,
  );
}
