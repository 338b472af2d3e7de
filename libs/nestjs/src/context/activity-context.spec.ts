import { runInScope, type WorkflowScope } from '@romancy/core';
import { NotInActivityError } from '../errors/not-in-activity.error.js';
import { NotTransactionalError } from '../errors/not-transactional.error.js';
import { activityScope } from '../../test/fake-engine.js';
import { ActivityContext } from './activity-context.js';

describe('ActivityContext', () => {
  const context = new ActivityContext();

  it('reads the attempt that asks', () => {
    const callbacks: unknown[] = [];
    const scope = activityScope({ attempt: 3, afterCommit: (callback) => callbacks.push(callback) });
    runInScope(scope, () => {
      expect(context.isInActivity).toBe(true);
      expect(context.attempt).toBe(3);
      expect(context.idempotencyKey).toBe('i-1/charge:1');
      expect([context.instanceId, context.workflowName, context.stepId]).toEqual(['i-1', 'OrderWorkflow', 'charge:1']);
      expect(context.signal).toBe(scope.signal);
      expect(context.logger).toBe(scope.logger);
      context.afterCommit(() => undefined);
    });
    expect(callbacks).toHaveLength(1);
  });

  it('says where it belongs when there is no activity', () => {
    expect(context.isInActivity).toBe(false);
    expect(() => context.manager).toThrow(NotInActivityError);
    expect(() => context.idempotencyKey).toThrow('ActivityContext.idempotencyKey was used outside an activity');
    expect(() => context.afterCommit(() => undefined)).toThrow(NotInActivityError);
    const workflow: WorkflowScope = { kind: 'workflow', instanceId: 'i-1', callActivity: async () => undefined };
    runInScope(workflow, () => {
      expect(context.isInActivity).toBe(false);
      expect(() => context.attempt).toThrow(NotInActivityError);
    });
  });

  it('has no manager where the activity is not transactional', () => {
    runInScope(activityScope({ transaction: undefined }), () => {
      expect(() => context.manager).toThrow(NotTransactionalError);
    });
  });
});
