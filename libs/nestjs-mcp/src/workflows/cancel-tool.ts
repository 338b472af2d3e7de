import { isTerminal } from '@romancy/core';
import { InstanceNotCancellableError, type WorkflowClient } from '@romancy/nestjs';
import { Refusal, type ToolPlan } from '../catalogue/tool.js';
import { structured } from '../catalogue/tool-answer.js';
import { describedBy } from '../schema/described-value.js';
import { toolNames, type ExposedWorkflow } from './exposed-workflow.js';
import type { InstanceLookup } from './instance-lookup.js';
import { INSTANCE_ID, objectOf, WORKFLOW } from './instance-schemas.js';

const DEFAULT_REASON = 'cancelled by an MCP client';

const REASON = { type: 'string', maxLength: 1_000, description: 'Why; it is kept with the instance.' };

const INPUT = describedBy(objectOf({ instance_id: INSTANCE_ID, reason: REASON }, ['instance_id']));

const OUTPUT = describedBy(
  objectOf(
    {
      instance_id: INSTANCE_ID,
      workflow: WORKFLOW,
      cancel_requested: { type: 'boolean', const: true },
      reason: REASON,
    },
    ['instance_id', 'workflow', 'cancel_requested', 'reason'],
  ),
);

/** Asks for the end of an instance. */
export function cancelTool(exposed: ExposedWorkflow, lookup: InstanceLookup, client: WorkflowClient): ToolPlan {
  const { base, description } = exposed;
  const { cancel, result } = toolNames(base);
  return {
    name: cancel,
    description: `Cancels an instance that has not ended: what it did is undone, then it ends as cancelled. The workflow: ${description}`,
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
    input: INPUT,
    output: OUTPUT,
    run: async (args) => {
      const { instance_id: instanceId, reason = DEFAULT_REASON } = args as { instance_id: string; reason?: string };
      const { workflowName, status } = await lookup.find(exposed, instanceId);
      // The engine takes a request that is repeated after the end of a cancelled instance for the same one.
      if (isTerminal(status)) throw ended(instanceId, status, result);
      await client.cancel(instanceId, reason).catch((error: unknown) => {
        throw error instanceof InstanceNotCancellableError ? ended(instanceId, error.status, result) : error;
      });
      const view = { instance_id: instanceId, workflow: workflowName, cancel_requested: true, reason };
      return structured(view, `What it did is being undone; ${result} with a wait_seconds waits for the end.`);
    },
  };
}

function ended(instanceId: string, status: string, resultTool: string): Refusal {
  const id = JSON.stringify(instanceId);
  return new Refusal(
    `Instance ${id} cannot be cancelled: it is ${status} already. ${resultTool} answers how it ended.`,
  );
}
