import { brand } from './brand.js';
import { RomancyError } from './romancy-error.js';

/** A workflow was asked for that this process does not know. */
export class WorkflowNotRegisteredError extends RomancyError {
  static {
    brand(this, 'WorkflowNotRegisteredError');
  }

  readonly code = 'ROMANCY_WORKFLOW_NOT_REGISTERED';
  readonly workflowName: string;

  constructor(workflowName: string, registered: readonly string[]) {
    const known = registered.length === 0 ? 'none is' : `registered are ${[...registered].sort().join(', ')}`;
    super(
      `Workflow "${workflowName}" is not registered (${known}). Mark its class with @Workflow() and list it among the providers of a module.`,
      { details: { workflowName, registered } },
    );
    this.workflowName = workflowName;
  }
}
