import { ActivityAbortedError } from '../errors/activity-aborted-error.js';
import type { Body } from './body.js';

/** The bodies of a turn that are under way, by step id. */
export class Bodies extends Map<string, Body> {
  /** They are aborted; their results are dropped. */
  abandon(why?: unknown): void {
    if (this.size === 0) return;
    const reason = why ?? new ActivityAbortedError({ activityName: '*', reason: 'ended' });
    for (const body of this.values()) void body.abandon(reason);
    this.clear();
  }
}
