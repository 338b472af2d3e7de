import { EntryConflictError, FRAMEWORK, type InstanceRow, type NewInstance } from '@romancy/core';
import type { MemoryDatabase } from './memory-database.js';
import type { UndoLog } from './undo-log.js';

/** Inserts an instance; answers the row that has its id already, if there is one. */
export function insertInstance(database: MemoryDatabase, start: NewInstance, undo: UndoLog): InstanceRow | undefined {
  const existing = database.instances.get(start.instanceId);
  if (existing !== undefined) return existing.row;
  if (!database.definitions.has(definitionKey(start.workflowName, start.sourceHash))) {
    throw new EntryConflictError(
      'definition',
      `There is no definition of ${start.workflowName} with this source hash.`,
    );
  }
  if (start.continuedFrom !== null && !database.instances.has(start.continuedFrom)) {
    throw new EntryConflictError('value', `${start.instanceId} continues an instance that does not exist.`);
  }
  database.insert(newRow(start, database.now()), undo);
  return undefined;
}

export function definitionKey(workflowName: string, sourceHash: string): string {
  return JSON.stringify([workflowName, sourceHash]);
}

function newRow(start: NewInstance, now: number): InstanceRow {
  return {
    instanceId: start.instanceId,
    workflowName: start.workflowName,
    sourceHash: start.sourceHash,
    ownerService: start.ownerService,
    framework: FRAMEWORK,
    status: 'running',
    currentActivityId: null,
    continuedFrom: start.continuedFrom,
    startedAt: start.startedAt,
    updatedAt: now,
    input: start.input,
    output: null,
    lockedBy: start.lock?.token ?? null,
    lockExpiresAt: start.lock === null ? null : now + start.lock.leaseMs,
    stage: null,
    cancelRequestedAt: null,
    cancelReason: null,
    chain: start.chain,
    startedBy: start.startedBy,
    trace: start.trace,
  };
}
