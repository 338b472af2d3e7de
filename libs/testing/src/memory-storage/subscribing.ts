import type { CommitEntry, NewSubscription, SubscribeReport, SubscribeRequest, SubscriptionMode } from '@romancy/core';
import { subscribe } from './channel-writer.js';
import type { Connection, Plan } from './connection.js';
import { refusalOf, rowsOf } from './entry-writer.js';
import type { MemoryDatabase } from './memory-database.js';
import { isYoung } from './message-table.js';
import { atomicallyOrRefused, writeOrRefuse } from './refusal.js';

/** Adds the subscription where the channel's other subscribers allow it, together with the entry: both or neither. */
export function subscribeTo(
  connection: Connection,
  request: SubscribeRequest,
  record: (subscription: NewSubscription) => CommitEntry,
): Promise<SubscribeReport> {
  const { database } = connection;
  const { channel, hold } = request;
  const rows = { instanceIds: [hold.instanceId], channels: [channel] };
  return connection.transact('messages.subscribe', rows, (): Plan<SubscribeReport> => {
    const instance = database.instances.get(hold.instanceId);
    const reason = refusalOf(instance?.row, { fence: hold.token, settling: true });
    if (reason !== undefined || instance === undefined) {
      return { answer: { kind: 'refused', reason: reason ?? 'lost', row: instance?.row } };
    }
    const other = otherMode(database, request);
    if (other !== undefined) return { answer: { kind: 'conflict', mode: other } };
    const subscription = newSubscription(instance.subscriptions.get(channel) ?? beginningOf(database, request));
    const entry = record(subscription);
    const apply = (): SubscribeReport =>
      atomicallyOrRefused(database, (undo): SubscribeReport => {
        subscribe(instance, subscription, undo);
        writeOrRefuse(database, [entry], undo);
        return { kind: 'done', subscription };
      });
    return { entries: [entry], ...rowsOf([entry]), holds: rows, apply };
  });
}

function newSubscription({ channel, mode, cursor, since, seen, keys }: NewSubscription): NewSubscription {
  return { channel, mode, cursor, since, seen, ...(keys && { keys }) };
}

/** The mode in which others read the channel, if it is not the wanted one. */
function otherMode(database: MemoryDatabase, { hold, channel, mode }: SubscribeRequest): SubscriptionMode | undefined {
  for (const { row, subscriptions } of database.live()) {
    const existing = row.instanceId === hold.instanceId ? undefined : subscriptions.get(channel);
    // A wait for an event keeps nobody from using the channel otherwise.
    if (existing?.since === null && existing.mode !== mode) return existing.mode;
  }
  return undefined;
}

function beginningOf(database: MemoryDatabase, { channel, mode, from }: SubscribeRequest): NewSubscription {
  if (from === 'beginning') return { channel, mode, cursor: 0, since: null, seen: [] };
  const now = database.now();
  const young = database.messages.ofChannel(channel).filter((message) => isYoung(message, now));
  const seen = young.map(({ id }) => id);
  return { channel, mode, cursor: database.messages.greatest(channel), since: null, seen };
}
