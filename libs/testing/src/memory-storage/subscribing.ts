import {
  isTerminal,
  type CommitEntry,
  type NewSubscription,
  type RefusalReason,
  type SubscribeReport,
  type SubscribeRequest,
  type SubscriptionMode,
} from '@romancy/core';
import { subscribe } from './channel-writer.js';
import type { Connection } from './connection.js';
import type { InstanceRecord } from './instance-record.js';
import type { MemoryDatabase } from './memory-database.js';
import { isYoung } from './message-table.js';
import { atomicallyOrRefused, Refusal, writeOrRefuse } from './refusal.js';

/** Adds the subscription where the channel's other subscribers allow it, together with the entry: both or neither. */
export function subscribeTo(
  connection: Connection,
  request: SubscribeRequest,
  record: (subscription: NewSubscription) => CommitEntry,
): Promise<SubscribeReport> {
  const { database } = connection;
  const { channel, hold } = request;
  const write = { name: 'messages.subscribe', write: true, instanceIds: [hold.instanceId], channels: [channel] };
  return connection.write(write, (): SubscribeReport =>
    atomicallyOrRefused(database, (undo): SubscribeReport => {
      const instance = heldBy(database, request);
      const other = otherMode(database, request);
      if (other !== undefined) return { kind: 'conflict', mode: other };
      const { mode, cursor, since, seen } = subscribe(instance, beginningOf(database, request), undo);
      const subscription = { channel, mode, cursor, since, seen };
      writeOrRefuse(database, [record(subscription)], undo);
      return { kind: 'done', subscription };
    }),
  );
}

function heldBy(database: MemoryDatabase, { hold }: SubscribeRequest): InstanceRecord {
  const instance = database.instances.get(hold.instanceId);
  const reason: RefusalReason = instance !== undefined && isTerminal(instance.row.status) ? 'ended' : 'lost';
  if (reason === 'ended' || instance?.row.lockedBy !== hold.token) {
    throw new Refusal({ kind: 'refused', reason, row: instance?.row });
  }
  return instance;
}

/** The mode in which others read the channel, if it is not the wanted one. */
function otherMode(database: MemoryDatabase, { hold, channel, mode }: SubscribeRequest): SubscriptionMode | undefined {
  for (const { row, subscriptions } of database.live()) {
    const existing = row.instanceId === hold.instanceId ? undefined : subscriptions.get(channel);
    if (existing !== undefined && existing.mode !== mode) return existing.mode;
  }
  return undefined;
}

function beginningOf(database: MemoryDatabase, { channel, mode, from }: SubscribeRequest): NewSubscription {
  if (from === 'beginning') return { channel, mode, cursor: 0, since: null, seen: [] };
  const now = database.now();
  const young = database.messages.ofChannel(channel).filter((record) => isYoung(record, now));
  const seen = young.map(({ row }) => row.id);
  return { channel, mode, cursor: database.messages.greatest(channel), since: null, seen };
}
