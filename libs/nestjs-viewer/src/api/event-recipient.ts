import { ProblemException, type WorkflowInspector } from '@romancy/nestjs';

const GO = 'go';

/**
 * Refuses an event for one instance that nobody would ever read: Romancy (Go) stores such events on a channel of their own, to which its waits for
 * events do not listen.
 * @throws ProblemException
 */
export async function checkRecipient(inspector: WorkflowInspector, type: string, instanceId: string): Promise<void> {
  const found = await inspector.get(instanceId);
  if (found?.framework !== GO) return;
  if (found.subscriptions.some(({ channel }) => channel === `${type}:${instanceId}`)) return;
  throw new ProblemException({
    status: 409,
    title: 'The instance does not read events for one instance',
    detail:
      `${instanceId} is an instance of Romancy (Go), where a wait for events looks at those for all instances only. ` +
      'Send it without instanceId, with data by which the workflow knows what concerns it.',
  });
}
