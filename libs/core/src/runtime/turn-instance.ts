import type { WorkflowDefinition } from '../definition/workflow-definition.js';
import type { InstanceRow, NewInstance } from '../ports/instance.js';
import type { TurnInstance } from './turn-types.js';

/** An instance that this process has just created. Field by field, here and below: a spread is slow where it has not run hot. */
export function startedInstance(instance: NewInstance, definition: WorkflowDefinition): TurnInstance {
  return {
    instanceId: instance.instanceId,
    definition,
    startedWith: instance.sourceHash,
    status: 'running',
    startedAt: instance.startedAt,
    chain: instance.chain,
    startedBy: instance.startedBy,
    trace: instance.trace,
    input: instance.input,
    fresh: true,
    takeover: false,
    cancelRequested: false,
    cancelReason: null,
  };
}

export function claimedInstance(row: InstanceRow, definition: WorkflowDefinition, takeover: boolean): TurnInstance {
  return {
    instanceId: row.instanceId,
    definition,
    startedWith: row.sourceHash,
    status: row.status,
    startedAt: row.startedAt,
    chain: row.chain,
    startedBy: row.startedBy,
    trace: row.trace,
    input: row.input,
    fresh: false,
    takeover,
    cancelRequested: row.cancelRequestedAt !== null,
    cancelReason: row.cancelReason,
  };
}
