import { ActivityAbortedError } from '../errors/activity-aborted-error.js';
import type { Body } from './body.js';

/** The bodies of a turn that are under way, by step id. */
export class Bodies extends Map<string, Body> {
  /** Those that were under way when their workflow returned. Of them nobody knows whether they took effect. */
  readonly leftBehind: Body[] = [];

  /** The workflow has returned: nobody waits for them. Its end may yet be refused, by a cancellation, and then they are remembered. */
  leaveBehind(): void {
    for (const body of this.values()) if (body.mayTakeEffect) this.leftBehind.push(body);
    this.abandon();
  }

  knows(stepId: string): boolean {
    return this.has(stepId) || this.leftBehind.some(({ spec }) => spec.stepId === stepId);
  }

  /** They are aborted; their results are dropped. */
  abandon(why?: unknown): void {
    if (this.size === 0) return;
    const reason = why ?? new ActivityAbortedError({ activityName: '*', reason: 'ended' });
    for (const body of this.values()) void body.abandon(reason);
    this.clear();
  }
}
