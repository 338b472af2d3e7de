import type { WorkflowDefinition } from '../definition/workflow-definition.js';
import type { InstanceRow, NewInstance } from '../ports/instance.js';
import type { TurnInstance } from './turn-types.js';

/** An instance that this process has just created. */
export function startedInstance(instance: NewInstance, definition: WorkflowDefinition): TurnInstance {
  return {
    ...lasting(instance, definition),
    status: 'running',
    fresh: true,
    takeover: false,
    cancelRequested: false,
    cancelReason: null,
  };
}

export function claimedInstance(row: InstanceRow, definition: WorkflowDefinition, takeover: boolean): TurnInstance {
  return {
    ...lasting(row, definition),
    status: row.status,
    fresh: false,
    takeover,
    cancelRequested: row.cancelRequestedAt !== null,
    cancelReason: row.cancelReason,
  };
}

type Lasting = 'instanceId' | 'startedAt' | 'chain' | 'startedBy' | 'trace' | 'input';

/** What never changes. */
function lasting(
  {
    instanceId,
    sourceHash,
    startedAt,
    chain,
    startedBy,
    trace,
    input,
  }: Pick<NewInstance & InstanceRow, Lasting | 'sourceHash'>,
  definition: WorkflowDefinition,
): Pick<TurnInstance, Lasting | 'definition' | 'startedWith'> {
  return { instanceId, definition, startedWith: sourceHash, startedAt, chain, startedBy, trace, input };
}
