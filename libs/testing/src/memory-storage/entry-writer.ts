import {
  EntryConflictError,
  isTerminal,
  type CommitEntry,
  type EntryVerdict,
  type InstanceRow,
  type RefusalReason,
} from '@romancy/core';
import type { InstanceRecord } from './instance-record.js';
import { checkLimits } from './limits.js';
import type { MemoryDatabase } from './memory-database.js';
import { insertInstance } from './start-writer.js';
import type { UndoLog } from './undo-log.js';

/** Writes one entry inside a transaction: all of it where its fence holds, else nothing. */
export function writeEntry(database: MemoryDatabase, entry: CommitEntry, undo: UndoLog): EntryVerdict {
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
  changeWaits(record, entry, undo);
  changeRunState(record, entry, undo);
  database.update(record, rowChange(entry), undo);
  return { kind: 'done' };
}

function refusalOf(row: InstanceRow | undefined, entry: CommitEntry): RefusalReason | undefined {
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
  for (const event of entry.outbox) {
    if (database.outbox.has(event.eventId)) {
      throw new EntryConflictError('unique', `The outbox has an event ${event.eventId} already.`);
    }
    database.outbox.set(event.eventId, event);
    undo.add(() => database.outbox.delete(event.eventId));
  }
}

function changeWaits(record: InstanceRecord, entry: CommitEntry, undo: UndoLog): void {
  for (const timer of entry.addTimers) {
    if (!record.timers.has(timer.timerId)) put(record.timers, timer.timerId, timer, undo);
  }
  for (const id of entry.removeTimers) remove(record.timers, id, undo);
  for (const attempt of entry.putAttempts) put(record.attempts, attempt.stepId, attempt, undo);
  for (const id of entry.removeAttempts) remove(record.attempts, id, undo);
  if (!entry.cleanUp) return;
  for (const id of [...record.timers.keys()]) remove(record.timers, id, undo);
  for (const id of [...record.attempts.keys()]) remove(record.attempts, id, undo);
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

function put<V>(rows: Map<string, V>, key: string, value: V, undo: UndoLog): void {
  const before = rows.get(key);
  rows.set(key, value);
  undo.add(() => (before === undefined ? rows.delete(key) : rows.set(key, before)));
}

function remove<V>(rows: Map<string, V>, key: string, undo: UndoLog): void {
  const before = rows.get(key);
  if (!rows.delete(key) || before === undefined) return;
  undo.add(() => rows.set(key, before));
}
