import {
  EntryConflictError,
  isTerminal,
  type CommitEntry,
  type EntryVerdict,
  type InstanceRow,
  type NewOutboxEvent,
  type RefusalReason,
} from '@romancy/core';
import { changeChannels } from './channel-writer.js';
import { beginGeneration } from './generation-writer.js';
import type { InstanceRecord } from './instance-record.js';
import { checkLimits } from './limits.js';
import type { LockedRows } from './locked-rows.js';
import type { MemoryDatabase } from './memory-database.js';
import { insertInstance } from './start-writer.js';
import { put, putOrKeep, remove, removeAll, type UndoLog } from './undo-log.js';

/** What the entries lock. */
export function rowsOf(entries: readonly CommitEntry[]): Required<Pick<LockedRows, 'instanceIds' | 'channels'>> {
  const next = entries.flatMap(({ recur }) => (recur === null ? [] : [recur.instanceId]));
  return {
    instanceIds: [...entries.map((entry) => entry.instanceId), ...next],
    channels: entries.flatMap(({ messages }) => messages.map(({ channel }) => channel)),
  };
}

/** Writes the entries inside a transaction, and last the messages of those whose fence held. */
export function writeEntries(
  database: MemoryDatabase,
  entries: readonly CommitEntry[],
  undo: UndoLog,
): readonly EntryVerdict[] {
  const verdicts = entries.map((entry) => writeEntry(database, entry, undo));
  for (const [index, { messages }] of entries.entries()) {
    if (verdicts[index]?.kind !== 'done') continue;
    for (const message of messages) database.messages.insert(message, undo);
  }
  return verdicts;
}

/** All of the entry where its fence holds, else nothing. */
function writeEntry(database: MemoryDatabase, entry: CommitEntry, undo: UndoLog): EntryVerdict {
  checkLimits(entry, database.limits);
  if (entry.create !== null) {
    const existing = insertInstance(database, entry.create, undo);
    return existing === undefined ? { kind: 'done' } : { kind: 'exists', row: existing };
  }
  const record = database.instances.get(entry.instanceId);
  const reason = refusalOf(record?.row, entry);
  if (reason !== undefined || record === undefined)
    return { kind: 'refused', reason: reason ?? 'lost', row: record?.row };
  insertRows(database, record, entry, undo);
  changeTimers(record, entry, undo);
  changeChannels(database, record, entry, undo);
  if (entry.recur !== null) beginGeneration(database, record, entry.recur, entry, undo);
  if (entry.cleanUp) cleanUp(record, undo);
  changeRunState(record, entry, undo);
  database.update(record, rowChange(entry), undo);
  return { kind: 'done' };
}

/** Why the fence does not hold; undefined where it does. */
export function refusalOf(
  row: InstanceRow | undefined,
  entry: Pick<CommitEntry, 'fence' | 'settling'>,
): RefusalReason | undefined {
  if (row === undefined) return 'lost';
  if (isTerminal(row.status)) return 'ended';
  if (row.lockedBy !== entry.fence) return 'lost';
  if (row.cancelRequestedAt !== null && !entry.settling) return 'cancel-requested';
  return undefined;
}

function insertRows(database: MemoryDatabase, record: InstanceRecord, entry: CommitEntry, undo: UndoLog): void {
  for (const row of entry.history) {
    if (record.recordedSteps.has(row.activityId)) {
      throw new EntryConflictError('unique', `${entry.instanceId} has a history row for ${row.activityId} already.`);
    }
    record.recordedSteps.add(row.activityId);
    record.history.push({ ...row, id: database.nextId() });
    undo.add(() => {
      record.recordedSteps.delete(row.activityId);
      record.history.pop();
    });
  }
  for (const row of entry.compensations) {
    record.compensations.push({ ...row, id: database.nextId() });
    undo.add(() => record.compensations.pop());
  }
  for (const event of entry.outbox) insertOutboxEvent(database, event, undo);
}

export function insertOutboxEvent(database: MemoryDatabase, event: NewOutboxEvent, undo: UndoLog): void {
  if (database.outbox.has(event.eventId)) {
    throw new EntryConflictError('unique', `The outbox has an event ${event.eventId} already.`);
  }
  put(database.outbox, event.eventId, event, undo);
}

function changeTimers(record: InstanceRecord, entry: CommitEntry, undo: UndoLog): void {
  for (const timer of entry.addTimers) putOrKeep(record.timers, timer.timerId, timer, undo);
  for (const id of entry.removeTimers) remove(record.timers, id, undo);
  for (const attempt of entry.putAttempts) put(record.attempts, attempt.stepId, attempt, undo);
  for (const id of entry.removeAttempts) remove(record.attempts, id, undo);
}

function cleanUp(record: InstanceRecord, undo: UndoLog): void {
  const { timers, attempts, subscriptions, waits, groups } = record;
  removeAll(undo, timers, attempts, subscriptions, waits, groups);
}

function changeRunState(record: InstanceRecord, entry: CommitEntry, undo: UndoLog): void {
  const { block, takeovers, nextRunAt } = record;
  undo.add(() => Object.assign(record, { block, takeovers, nextRunAt }));
  if (entry.clearTakeovers || entry.cleanUp) Object.assign(record, { takeovers: 0, nextRunAt: 0 });
  if (entry.cleanUp) record.block = undefined;
  else if (entry.block !== null) record.block = entry.block;
}

function rowChange(entry: CommitEntry): Partial<InstanceRow> {
  return {
    ...(entry.status !== null && { status: entry.status }),
    ...(entry.output !== undefined && { output: entry.output }),
    ...(entry.currentActivityId !== undefined && { currentActivityId: entry.currentActivityId }),
    ...(entry.stage !== undefined && { stage: entry.stage }),
    ...(entry.release && { lockedBy: null, lockExpiresAt: null }),
  };
}
