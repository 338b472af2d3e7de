import type { OutboxOutcome } from '@romancy/core';
import type { Dialect } from '../dialect/dialect.js';
import { placeholders, sql, type SqlStatement, type SqlValue } from '../sql/statement.js';

/** What each outcome makes of its row, where the claim still holds. */
export function outcomeStatements(
  dialect: Dialect,
  token: string,
  outcomes: readonly OutboxOutcome[],
): readonly SqlStatement[] {
  const published = outcomes.filter(({ status }) => status === 'published').map(({ eventId }) => eventId);
  const others = outcomes.filter(({ status }) => status !== 'published');
  return [
    ...(published.length === 0
      ? []
      : [
          update(
            token,
            `status = 'published', published_at = ${dialect.now}, last_error = NULL, romancy_claimed_until = NULL`,
            [],
            published,
          ),
        ]),
    ...others.map((outcome) => {
      const { set, params } = changeOf(dialect, outcome);
      return update(token, set, params, [outcome.eventId]);
    }),
  ];
}

function changeOf(dialect: Dialect, outcome: OutboxOutcome): { set: string; params: readonly SqlValue[] } {
  const free = `romancy_claimed_by = NULL, romancy_claimed_until = NULL`;
  switch (outcome.status) {
    case 'retry':
      return {
        set: `status = 'pending', last_error = ?, romancy_next_at = ${dialect.nowMs} + ?, ${free}`,
        params: [outcome.error, outcome.delayMs],
      };
    case 'returned':
      return { set: `status = 'pending', retry_count = retry_count - 1, ${free}`, params: [] };
    case 'published':
      return { set: `status = 'published'`, params: [] };
    default:
      // Whose token stays has decided: what a sibling's relay gives up has none, and is taken back.
      return {
        set: `status = '${outcome.status}', last_error = ?, romancy_claimed_until = NULL`,
        params: [outcome.error],
      };
  }
}

function update(token: string, set: string, params: readonly SqlValue[], eventIds: readonly string[]): SqlStatement {
  return sql(
    `UPDATE outbox_events SET ${set} WHERE event_id IN (${placeholders(eventIds.length)})` +
      ` AND status = 'processing' AND romancy_claimed_by = ?`,
    [...params, ...eventIds, token],
  );
}
