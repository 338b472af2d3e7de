import type { NewSubscription, SubscriptionMode } from '@romancy/core';
import { readSeen } from '../commit/messaging-rows.js';
import { runOne, type SqlProgram } from '../sql/program.js';
import { sql, type SqlRow } from '../sql/statement.js';

const SUBSCRIPTIONS =
  `SELECT s.channel AS channel, s.mode AS mode, s.activity_id AS activity_id, s.cursor_message_id AS cursor_message_id, s.romancy_cursor AS romancy_cursor,` +
  ` s.romancy_since AS romancy_since, s.romancy_seen AS romancy_seen, d.last_delivered_id AS last_delivered_id FROM channel_subscriptions s` +
  ` LEFT JOIN channel_delivery_cursors d ON d.channel = s.channel AND d.instance_id = s.instance_id WHERE s.instance_id = ?`;

/** All subscriptions of an instance. */
export function* readSubscriptions(instanceId: string): SqlProgram<readonly NewSubscription[]> {
  const { rows } = yield* runOne(sql(`${SUBSCRIPTIONS} ORDER BY s.id`, [instanceId]));
  return rows.map(subscriptionOf);
}

/** One of them. Where names compare without case it may be that of another channel. */
export function* findSubscription(instanceId: string, channel: string): SqlProgram<NewSubscription | undefined> {
  const row = yield* findSubscriptionRow(instanceId, channel);
  return row === undefined ? undefined : subscriptionOf(row);
}

/** One of them, as it is stored. */
export function* findSubscriptionRow(instanceId: string, channel: string): SqlProgram<SqlRow | undefined> {
  const { rows } = yield* runOne(sql(`${SUBSCRIPTIONS} AND s.channel = ?`, [instanceId, channel]));
  return rows[0];
}

function subscriptionOf(row: SqlRow): NewSubscription {
  const [cursor, since, seen] = [row['romancy_cursor'], row['romancy_since'], row['romancy_seen']];
  return {
    channel: row['channel'] as string,
    mode: row['mode'] as SubscriptionMode,
    cursor: cursor === null ? familyCursorOf(row) : Number(cursor),
    since: since === null ? null : Number(since),
    ...readSeen(seen as string | null),
  };
}

/** The greatest of the two cursors that the family knows: each sibling moves only its own. */
export function familyCursorOf(row: SqlRow): number {
  return Math.max(Number(row['cursor_message_id'] ?? 0), Number(row['last_delivered_id'] ?? 0));
}
