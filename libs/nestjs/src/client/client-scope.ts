import { currentScope } from '@romancy/core';
import { ClientInWorkflowError } from '../errors/client-in-workflow.error.js';

/** Code of a workflow is replayed; what the client does is not recorded there. */
export function refuseInWorkflow(operation: string): void {
  const scope = currentScope();
  if (scope?.kind === 'workflow') throw new ClientInWorkflowError(operation, scope.instanceId);
}
