import type { MessageSweep } from '@romancy/core';
import type { Dialect } from '../dialect/dialect.js';
import { TERMINAL_LIST } from '../sql/instance-sql.js';
import { run, runOne, type SqlProgram } from '../sql/program.js';
import { chunks, placeholders, sql } from '../sql/statement.js';

/** Somebody alive has not had it: a competing channel's message is gone, or at least claimed, once it is had. Of events only those count that are waited for. */
const SUBSCRIBED =
  `SELECT 1 FROM channel_subscriptions s JOIN workflow_instances i ON i.instance_id = s.instance_id` +
  ` WHERE s.channel = m.channel AND s.romancy_since IS NULL AND i.status NOT IN (${TERMINAL_LIST})` +
  ` AND CASE WHEN s.mode = 'competing' THEN NOT EXISTS (SELECT 1 FROM channel_message_claims c WHERE c.message_id = m.message_id)` +
  ` WHEN s.romancy_cursor IS NOT NULL THEN s.romancy_cursor < m.id` +
  // Of a sibling the greatest of both cursors counts: each moves its own.
  ` ELSE COALESCE(s.cursor_message_id, 0) < m.id AND NOT EXISTS (SELECT 1 FROM channel_delivery_cursors d` +
  ` WHERE d.channel = s.channel AND d.instance_id = s.instance_id AND d.last_delivered_id >= m.id) END`;
const AWAITED = `SELECT 1 FROM romancy_waits w WHERE w.channel = m.channel AND w.after_id < m.id`;

/** Removes old messages that nobody waits for, a page of the table at a time. */
export function* sweepMessages(
  dialect: Dialect,
  olderThanMs: number,
  after: number,
  limit: number,
): SqlProgram<MessageSweep> {
  const { rows } = yield* runOne(
    sql(
      `SELECT m.id AS id, m.message_id AS message_id, CASE WHEN EXISTS (${SUBSCRIBED}) OR EXISTS (${AWAITED}) THEN 1 ELSE 0 END AS wanted` +
        ` FROM channel_messages m WHERE m.id > ? AND m.published_at < ${dialect.secondsAgo(Math.ceil(olderThanMs / 1000))}` +
        ` ORDER BY m.id LIMIT ${Math.trunc(limit)}`,
      [after],
    ),
  );
  const unwanted = rows.filter((row) => Number(row['wanted']) === 0).map((row) => row['message_id'] as string);
  for (const part of chunks(unwanted, dialect.rowsPerStatement)) {
    const which = `WHERE message_id IN (${placeholders(part.length)})`;
    yield* run([
      ...(dialect.cascades ? [] : [sql(`DELETE FROM channel_message_claims ${which}`, part)]),
      sql(`DELETE FROM channel_messages ${which}`, part),
    ]);
  }
  const last = rows.length === Math.trunc(limit) ? Number(rows.at(-1)?.['id']) : null;
  return { removed: unwanted.length, last };
}
