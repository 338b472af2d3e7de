import { brand } from './brand.js';
import { RomancyError } from './romancy-error.js';

export interface WorkflowCancelledFields {
  readonly instanceId: string;
  readonly workflowName: string;
  readonly reason: string | null;
}

/** Rejection of `result()` when the instance was cancelled. */
export class WorkflowCancelledError extends RomancyError {
  static {
    brand(this, 'WorkflowCancelledError');
  }

  readonly code = 'ROMANCY_WORKFLOW_CANCELLED';
  readonly instanceId: string;
  readonly workflowName: string;
  readonly reason: string | null;

  constructor({ instanceId, workflowName, reason }: WorkflowCancelledFields) {
    super(
      `Workflow ${workflowName} (instance ${instanceId}) was cancelled${reason === null ? '' : `: ${reason}`}. ` +
        `It has no result; to run it again start a new instance.`,
      { details: { instanceId, workflowName, reason } },
    );
    this.instanceId = instanceId;
    this.workflowName = workflowName;
    this.reason = reason;
  }
}
