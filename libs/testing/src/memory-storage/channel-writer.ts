import type { CommitEntry, NewSubscription } from '@romancy/core';
import type { InstanceRecord, SubscriptionRecord } from './instance-record.js';
import type { MemoryDatabase } from './memory-database.js';
import { put, putOrKeep, remove, removeAll, type UndoLog } from './undo-log.js';

/** Subscriptions, waits and groups of an entry: what it adds comes before what it removes. */
export function changeChannels(
  database: MemoryDatabase,
  record: InstanceRecord,
  entry: CommitEntry,
  undo: UndoLog,
): void {
  for (const subscription of entry.addSubscriptions) subscribe(record, subscription, undo);
  for (const { channel, cursor } of entry.cursors) change(record, channel, { cursor, pushedTo: cursor }, undo);
  for (const { channel, stepId } of entry.heads) change(record, channel, { head: stepId }, undo);
  for (const wait of entry.addWaits) putOrKeep(record.waits, wait.stepId, wait, undo);
  for (const group of entry.joinGroups) putOrKeep(record.groups, group, database.nextId(), undo);
  for (const channel of entry.removeSubscriptions) unsubscribe(record, channel, undo);
  for (const stepId of entry.removeWaits) remove(record.waits, stepId, undo);
  for (const group of entry.leaveGroups) remove(record.groups, group, undo);
  if (entry.cleanUp) removeAll(undo, record.subscriptions, record.waits, record.groups);
}

/** The subscription is added, unless there is one for its channel. */
export function subscribe(record: InstanceRecord, subscription: NewSubscription, undo: UndoLog): void {
  const { channel, cursor } = subscription;
  putOrKeep(record.subscriptions, channel, { ...subscription, pushedTo: cursor, head: null }, undo);
}

function change(record: InstanceRecord, channel: string, values: Partial<SubscriptionRecord>, undo: UndoLog): void {
  const subscription = record.subscriptions.get(channel);
  if (subscription !== undefined) put(record.subscriptions, channel, { ...subscription, ...values }, undo);
}

function unsubscribe(record: InstanceRecord, channel: string, undo: UndoLog): void {
  remove(record.subscriptions, channel, undo);
  for (const wait of [...record.waits.values()]) {
    if (wait.channel === channel) remove(record.waits, wait.stepId, undo);
  }
}
