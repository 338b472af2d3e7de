import { silentLogger, type ActivityScope, type ActivityTransaction } from '@romancy/core';

/** The scope of an attempt that has this transaction. */
export function scopeOf(transaction: ActivityTransaction): ActivityScope {
  return {
    kind: 'activity',
    instanceId: 'i',
    workflowName: 'w',
    stepId: 's:1',
    activityName: 'a',
    attempt: 1,
    idempotencyKey: 'i/s:1',
    signal: new AbortController().signal,
    logger: silentLogger,
    transaction,
    afterCommit: () => undefined,
    emit: () => undefined,
  };
}
