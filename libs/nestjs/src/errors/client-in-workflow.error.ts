import { RomancyError } from '@romancy/core';

/** The client was used inside `run` of a workflow, where the call would be made again at every replay. */
export class ClientInWorkflowError extends RomancyError {
  readonly code = 'ROMANCY_CLIENT_IN_WORKFLOW';

  constructor(operation: string, instanceId: string) {
    super(
      `WorkflowClient.${operation}() was called in the code of workflow instance "${instanceId}", where it would be made again at every ` +
        `replay. Call it in an activity or in ctx.step().`,
      { details: { operation, instanceId } },
    );
  }
}
