import { EntryConflictError, type CommitEntry, type NewInstance } from '@romancy/core';
import { subscribe } from './channel-writer.js';
import type { InstanceRecord } from './instance-record.js';
import type { MemoryDatabase } from './memory-database.js';
import { insertInstance } from './start-writer.js';
import { put, removeAll, type UndoLog } from './undo-log.js';

/** Begins the next generation: what the chain keeps moves to it, the history goes to the archive. */
export function beginGeneration(
  database: MemoryDatabase,
  old: InstanceRecord,
  create: NewInstance,
  entry: CommitEntry,
  undo: UndoLog,
): void {
  if (insertInstance(database, create, undo) !== undefined) {
    throw new EntryConflictError('unique', `The next generation ${create.instanceId} exists already.`);
  }
  const next = database.instances.get(create.instanceId);
  if (next === undefined) return;
  archiveHistory(database, old, undo);
  next.compensations.push(...old.compensations);
  const moved = old.compensations.splice(0);
  undo.add(() => old.compensations.push(...moved));
  for (const [group, joined] of old.groups) put(next.groups, group, joined, undo);
  removeAll(undo, old.groups);
  for (const subscription of entry.recurSubscriptions) subscribe(next, subscription, undo);
}

function archiveHistory(database: MemoryDatabase, old: InstanceRecord, undo: UndoLog): void {
  const steps = [...old.recordedSteps];
  const history = old.history.splice(0);
  old.recordedSteps.clear();
  undo.add(() => {
    old.history.push(...history);
    for (const step of steps) old.recordedSteps.add(step);
  });
  put(database.archive, old.row.instanceId, history, undo);
}
