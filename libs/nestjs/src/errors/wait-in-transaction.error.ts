import { RomancyError } from '@romancy/core';

/** A start and the wait for its result were asked for in one transaction: the instance would only begin after the commit. */
export class WaitInTransactionError extends RomancyError {
  readonly code = 'ROMANCY_WAIT_IN_TRANSACTION';

  constructor(workflowName: string) {
    super(
      `WorkflowClient.execute() of "${workflowName}" would wait for ever: it runs inside a transaction, and the instance begins only after ` +
        `its commit. Use start() there and wait for the result afterwards, or make the calling activity \`transactional: false\`.`,
      { details: { workflowName } },
    );
  }
}
