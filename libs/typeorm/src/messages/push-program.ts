import { FRAMEWORK, type MessageRow, type SiblingWaiter } from '@romancy/core';
import type { Dialect } from '../dialect/dialect.js';
import { run, runOne, type SqlProgram } from '../sql/program.js';
import { sql, type SqlRow, type SqlStatement } from '../sql/statement.js';
import { messageColumns, messageRowOf } from './message-row.js';
import { scanChannel } from './message-scan.js';
import { isForAnother, siblingForm } from './sibling-form.js';
import { familyCursorOf, findSubscriptionRow } from './subscription-query.js';
import { takeOldest } from './take-oldest.js';

const PAGE = 20;

/** The instance to which a message was brought. */
export interface Pushed {
  readonly instanceId: string;
  readonly workflowName: string;
}

/**
 * Brings the next message to an instance of a sibling, as siblings do it among themselves: under the lock of the instance, if it still waits. Here
 * the lock is the row's, and everything is one transaction: nobody sees a state in between, and nothing is left over if we die.
 */
export function* pushMessage(dialect: Dialect, waiter: SiblingWaiter): SqlProgram<Pushed | undefined> {
  const instance = yield* lockWaiting(dialect, waiter.instanceId);
  if (instance === undefined) return undefined;
  const subscription = yield* findSubscriptionRow(waiter.instanceId, waiter.channel);
  const step = subscription?.['activity_id'] as string | null | undefined;
  if (subscription === undefined || step === undefined || step === null || step === '') return undefined;
  const channel = subscription['channel'] as string;
  const message =
    subscription['mode'] === 'competing'
      ? yield* takeOldest(dialect, channel, (candidate) =>
          isForAnother(candidate, waiter.instanceId) ? undefined : waiter.instanceId,
        )
      : yield* nextAfter(dialect, channel, familyCursorOf(subscription), waiter.instanceId);
  if (message === undefined) return undefined;
  const now = Number(instance['now']);
  const text = siblingForm(instance['framework'] as string, message, now);
  const cursor = subscription['mode'] === 'broadcast' ? message.id : null;
  yield* run(handOver(dialect, waiter.instanceId, channel, step, text, cursor), true);
  return { instanceId: waiter.instanceId, workflowName: instance['workflow_name'] as string };
}

function* lockWaiting(dialect: Dialect, instanceId: string): SqlProgram<SqlRow | undefined> {
  const { rows } = yield* runOne(
    sql(
      `SELECT framework, workflow_name, ${dialect.nowMs} AS now FROM workflow_instances WHERE instance_id = ? AND framework <> '${FRAMEWORK}'` +
        ` AND status = 'waiting_for_message' AND (locked_by IS NULL OR lock_expires_at <= ${dialect.now})${dialect.forUpdate}`,
      [instanceId],
    ),
  );
  return rows[0];
}

/** The oldest message that the instance has not had, without those that are for others. */
function* nextAfter(
  dialect: Dialect,
  channel: string,
  cursor: number,
  instanceId: string,
): SqlProgram<MessageRow | undefined> {
  for (let after = cursor; ;) {
    const { from, where, order } = scanChannel(dialect, channel, after);
    const { rows } = yield* runOne(
      sql(
        `SELECT ${messageColumns(dialect)} FROM ${from} WHERE ${where.sql} ORDER BY ${order} LIMIT ${PAGE}`,
        where.params,
      ),
    );
    const messages = rows.map(messageRowOf);
    const found = messages.find((message) => !isForAnother(message, instanceId));
    const last = messages.at(-1);
    if (found !== undefined || last === undefined) return found;
    after = last.id;
  }
}

function handOver(
  dialect: Dialect,
  instanceId: string,
  channel: string,
  step: string,
  text: string,
  cursor: number | null,
): readonly SqlStatement[] {
  const moved =
    cursor === null
      ? []
      : [
          sql(
            `INSERT INTO channel_delivery_cursors (channel, instance_id, last_delivered_id, updated_at) VALUES (?, ?, ?, ${dialect.now})` +
              dialect.orReplace(['channel', 'instance_id'], ['last_delivered_id', 'updated_at']),
            [channel, instanceId, cursor],
          ),
        ];
  return [
    sql(
      `INSERT INTO workflow_history (instance_id, activity_id, event_type, data_type, event_data, created_at)` +
        ` VALUES (?, ?, 'ChannelMessageReceived', 'json', ?, ${dialect.now})`,
      [instanceId, step, text],
    ),
    sql(
      `UPDATE channel_subscriptions SET activity_id = NULL, timeout_at = NULL, cursor_message_id = COALESCE(?, cursor_message_id)` +
        ` WHERE instance_id = ? AND channel = ?`,
      [cursor, instanceId, channel],
    ),
    ...moved,
    sql(
      `UPDATE workflow_instances SET status = 'running', updated_at = ${dialect.now}, locked_by = NULL, locked_at = NULL, lock_expires_at = NULL` +
        ` WHERE instance_id = ?`,
      [instanceId],
    ),
  ];
}
