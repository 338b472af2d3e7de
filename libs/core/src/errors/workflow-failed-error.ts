import { brand } from './brand.js';
import { describeThrown } from './describe-value.js';
import { RomancyError } from './romancy-error.js';

export interface WorkflowFailedFields {
  readonly instanceId: string;
  readonly workflowName: string;
  /** The error that ended the workflow, rebuilt from what was recorded. */
  readonly cause: unknown;
}

/** Rejection of `result()` when the instance has failed. */
export class WorkflowFailedError extends RomancyError {
  static {
    brand(this, 'WorkflowFailedError');
  }

  readonly code = 'ROMANCY_WORKFLOW_FAILED';
  readonly instanceId: string;
  readonly workflowName: string;

  constructor({ instanceId, workflowName, cause }: WorkflowFailedFields) {
    super(
      `Workflow ${workflowName} (instance ${instanceId}) failed: ${describeThrown(cause)}. The cause is the error that ended it; ` +
        `to run it again start a new instance.`,
      { cause, details: { instanceId, workflowName } },
    );
    this.instanceId = instanceId;
    this.workflowName = workflowName;
  }
}
