import type { WorkflowDefinition } from '../definition/workflow-definition.js';
import type { WorkflowStartEvent } from '../hooks/instance-events.js';
import type { NewInstance } from '../ports/instance.js';
import type { DefinitionRow } from '../ports/stores.js';
import type { EngineServices } from './services.js';

type Given = Pick<NewInstance, 'instanceId' | 'input'> & Partial<NewInstance>;

/** An instance of this workflow that begins now: unlocked, by itself, unless something else is given. */
export function newInstance(
  { settings, clock }: EngineServices,
  definition: WorkflowDefinition,
  given: Given,
): NewInstance {
  return {
    workflowName: definition.name,
    sourceHash: definition.sourceHash,
    ownerService: settings.serviceName,
    continuedFrom: null,
    chain: null,
    startedBy: null,
    trace: null,
    startedAt: clock.now(),
    lock: null,
    ...given,
  };
}

/** What listeners are told of an instance that was created. */
export function startEvent(instance: NewInstance, input: unknown): WorkflowStartEvent {
  const { instanceId, workflowName, continuedFrom, startedBy, startedAt } = instance;
  return { instanceId, workflowName, time: new Date(startedAt), input, continuedFrom, startedBy };
}

/** What an instance of this workflow refers to. */
export function definitionRow({ name, sourceHash, sourceCode }: WorkflowDefinition): DefinitionRow {
  return { workflowName: name, sourceHash, sourceCode };
}
