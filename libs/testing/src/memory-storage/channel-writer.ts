import type { CommitEntry, NewSubscription, NewWait } from '@romancy/core';
import type { InstanceRecord } from './instance-record.js';
import type { MemoryDatabase } from './memory-database.js';
import { put, putOrKeep, remove, type UndoLog } from './undo-log.js';

/** Subscriptions, waits and groups of an entry: what it adds comes before what it removes. */
export function changeChannels(
  database: MemoryDatabase,
  record: InstanceRecord,
  entry: CommitEntry,
  undo: UndoLog,
): void {
  for (const subscription of entry.addSubscriptions) subscribe(record, subscription, undo);
  for (const { channel, cursor } of entry.cursors) change(record, channel, { cursor }, undo);
  for (const wait of entry.addWaits) putOrKeep(record.waits, waitKey(wait), wait, undo);
  for (const group of entry.joinGroups) putOrKeep(record.groups, group, database.nextId(), undo);
  for (const channel of entry.removeSubscriptions) unsubscribe(record, channel, undo);
  for (const stepId of entry.removeWaits) removeWaits(record, (wait) => wait.stepId === stepId, undo);
  for (const group of entry.leaveGroups) remove(record.groups, group, undo);
}

/** The subscription is added, unless there is one for its channel. */
export function subscribe(record: InstanceRecord, subscription: NewSubscription, undo: UndoLog): void {
  putOrKeep(record.subscriptions, subscription.channel, subscription, undo);
}

function change(record: InstanceRecord, channel: string, values: Partial<NewSubscription>, undo: UndoLog): void {
  const subscription = record.subscriptions.get(channel);
  if (subscription !== undefined) put(record.subscriptions, channel, { ...subscription, ...values }, undo);
}

function unsubscribe(record: InstanceRecord, channel: string, undo: UndoLog): void {
  remove(record.subscriptions, channel, undo);
  removeWaits(record, (wait) => wait.channel === channel, undo);
}

function removeWaits(record: InstanceRecord, which: (wait: NewWait) => boolean, undo: UndoLog): void {
  for (const wait of [...record.waits.values()].filter(which)) remove(record.waits, waitKey(wait), undo);
}

/** A step may wait on two channels. */
function waitKey({ stepId, channel }: NewWait): string {
  return JSON.stringify([stepId, channel]);
}
