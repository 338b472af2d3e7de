import {
  emptyEntry,
  EntryConflictError,
  type CommitEntry,
  type NewSubscription,
  type SubscribeReport,
  type SubscribeRequest,
  type SubscriptionMode,
} from '@romancy/core';
import type { EntryWriter } from '../commit/entry-writer.js';
import { lockInstances, refusalOf } from '../commit/fence.js';
import type { MessagingStatements } from '../commit/messaging-statements.js';
import type { Dialect } from '../dialect/dialect.js';
import { readInstances, TERMINAL_LIST } from '../sql/instance-sql.js';
import { run, runOne, type SqlProgram } from '../sql/program.js';
import { sql } from '../sql/statement.js';
import { messageId, ofChannel, scanYoung } from './message-scan.js';
import { assertWritten, recorded, Refused } from './refused.js';
import { findSubscription } from './subscription-query.js';

/** Writes a subscription and the entry that it makes, or neither. The instance is locked first and the channel last, as everywhere. */
export function* subscribe(
  dialect: Dialect,
  writer: EntryWriter,
  messaging: MessagingStatements,
  request: SubscribeRequest,
  record: (subscription: NewSubscription) => CommitEntry,
): SqlProgram<SubscribeReport> {
  const { instanceId, token } = request.hold;
  yield* assertHeld(dialect, instanceId, token);
  const existing = yield* findSubscription(instanceId, request.channel);
  if (existing !== undefined && existing.channel !== request.channel) {
    throw new EntryConflictError(
      'unique',
      `The channel ${request.channel} differs only in case or accents from ${existing.channel}, to which the instance is subscribed, and this database does not tell them apart.`,
    );
  }
  let subscription: NewSubscription | undefined = existing;
  if (subscription === undefined) {
    yield* run(writer.messages.lock(request.channel));
    const mode = yield* otherMode(dialect, request);
    if (mode !== undefined) return { kind: 'conflict', mode };
    subscription = yield* begin(dialect, request);
    yield* run(messaging.subscribe(instanceId, [subscription]));
  }
  const begun = subscription;
  const [verdict] = yield* writer.program([recorded(() => record(begun))]);
  assertWritten(verdict);
  return { kind: 'done', subscription };
}

/** A cancel request is none of its concern: the entry may be one that comes through nevertheless. */
function* assertHeld(dialect: Dialect, instanceId: string, token: string): SqlProgram<void> {
  const states = yield* lockInstances(dialect, [instanceId]);
  const reason = refusalOf(states.get(instanceId), { ...emptyEntry(instanceId, token), settling: true });
  if (reason === undefined) return;
  const rows = yield* readInstances(dialect, [instanceId]);
  throw new Refused({ kind: 'refused', reason, row: rows.get(instanceId) });
}

/** The mode in which live subscribers use the channel, if it is not this one. */
function* otherMode(
  dialect: Dialect,
  { channel, mode, hold }: SubscribeRequest,
): SqlProgram<SubscriptionMode | undefined> {
  const other: SubscriptionMode = mode === 'broadcast' ? 'competing' : 'broadcast';
  const exact = dialect.exactly('s.channel', channel);
  const { rows } = yield* runOne(
    sql(
      `SELECT s.mode FROM channel_subscriptions s${dialect.throughIndex('idx_romancy_subscriptions_mode')}` +
        dialect.lookUp('workflow_instances', 'i', 'i.instance_id = s.instance_id') +
        ` WHERE ${exact.sql} AND s.mode = ? AND s.romancy_since IS NULL AND s.instance_id <> ? AND i.status NOT IN (${TERMINAL_LIST}) LIMIT 1`,
      [...exact.params, other, hold.instanceId],
    ),
  );
  return rows.length === 0 ? undefined : other;
}

/** Where a new subscription begins. Young messages of siblings would be offered for a while, although they were there before. */
function* begin(dialect: Dialect, { channel, mode, from }: SubscribeRequest): SqlProgram<NewSubscription> {
  if (from === 'beginning') return { channel, mode, cursor: 0, since: null, seen: [] };
  const of = ofChannel(dialect, channel);
  const id = messageId(dialect);
  const greatest = sql(
    `SELECT m.id AS id FROM channel_messages m${dialect.throughIndex('idx_romancy_messages_channel')} WHERE ${of.sql} ORDER BY ${id} DESC LIMIT 1`,
    of.params,
  );
  const cursor = Number((yield* runOne(greatest)).rows[0]?.['id'] ?? 0);
  const { from: table, where } = scanYoung(dialect, channel, cursor);
  const { rows } = yield* runOne(sql(`SELECT m.id AS id FROM ${table} WHERE ${where.sql} ORDER BY m.id`, where.params));
  return { channel, mode, cursor, since: null, seen: rows.map((row) => Number(row['id'])) };
}
