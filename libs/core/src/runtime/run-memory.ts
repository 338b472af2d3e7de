import type { AttemptRow } from '../ports/commit.js';
import type { ResumeState } from '../ports/stores.js';
import type { WorkflowCoroutine } from '../replay/coroutine.js';
import { SubscriptionState } from './subscription-state.js';

/** What a run knows beside its coroutine; kept with it while the instance is parked, so that waking up reads only what is new (E4). */
export class RunMemory {
  /** Id of the last history row that was read; rows of our own turns after it are read once more and skipped. */
  position = 0;
  /** History rows of the instance, as far as known. */
  rows = 0;
  /** Time of the last event. */
  lastTime: number;
  /** Stored deadlines by timer id; an existing one is never moved (E24). */
  readonly deadlines = new Map<string, number>();
  /** Steps whose last attempt failed, by step id (E16). */
  readonly attempts = new Map<string, AttemptRow>();
  readonly subscriptions = new Map<string, SubscriptionState>();
  /** Steps with rows in `romancy_waits`. */
  readonly storedWaits = new Set<string>();
  /** A message came while the instance was about to park. */
  hinted = false;
  /** Rows in `workflow_compensations` exist. */
  hasCompensations = false;
  /** Rows beside history exist, so that the end must clean up. */
  dirty = false;
  takeovers = 0;
  /** The coroutine has been started. */
  started = false;
  #coroutine: WorkflowCoroutine;

  constructor(
    private readonly newCoroutine: () => WorkflowCoroutine,
    private readonly startedAt: number,
    private readonly startedBy: string | null = null,
  ) {
    this.#coroutine = newCoroutine();
    this.lastTime = startedAt;
  }

  get coroutine(): WorkflowCoroutine {
    return this.#coroutine;
  }

  /** Another process has run the instance since: all that is known here may have changed, and is read anew. */
  forget(): void {
    this.#coroutine = this.newCoroutine();
    this.position = 0;
    this.rows = 0;
    this.started = false;
    this.subscriptions.clear();
    this.deadlines.clear();
    this.attempts.clear();
    this.storedWaits.clear();
  }

  /** How far the instance has come on a channel; one that it never subscribed to is an event's, heard of since the start (E25c). */
  listening(channel: string): SubscriptionState {
    let known = this.subscriptions.get(channel);
    if (!known) {
      known = SubscriptionState.toEvents(channel, this.startedAt);
      if (this.startedBy !== null) known.pass({ messageId: this.startedBy });
      this.subscriptions.set(channel, known);
    }
    return known;
  }

  /** An earlier turn has left something to wait for, perhaps without any history. */
  get hasParked(): boolean {
    return this.deadlines.size > 0 || this.storedWaits.size > 0 || this.attempts.size > 0;
  }

  /** False for a wait that an earlier turn has stored. */
  isNew(stepId: string): boolean {
    return !this.storedWaits.has(stepId) && !this.deadlines.has(stepId);
  }

  /** What the next generation has from this one (E15b). */
  inherit(earlier: RunMemory): void {
    for (const [channel, subscription] of earlier.subscriptions) {
      this.subscriptions.set(channel, new SubscriptionState(subscription.carried()));
    }
    this.hasCompensations = earlier.hasCompensations;
    this.dirty = earlier.dirty || earlier.subscriptions.size > 0;
  }

  /** Whether the failed attempts are still those that are known here: they change without a history row. */
  knowsAttempts(stored: readonly AttemptRow[]): boolean {
    return (
      stored.length === this.attempts.size &&
      stored.every(({ stepId, attempt, nextAt }) => {
        const known = this.attempts.get(stepId);
        return known?.attempt === attempt && known.nextAt === nextAt;
      })
    );
  }

  absorb(state: ResumeState): void {
    for (const timer of state.timers) this.deadlines.set(timer.timerId, timer.expiresAt);
    for (const attempt of state.attempts) this.attempts.set(attempt.stepId, attempt);
    for (const subscription of state.subscriptions) {
      this.subscriptions.set(subscription.channel, new SubscriptionState(subscription));
    }
    for (const { stepId } of state.waits) this.storedWaits.add(stepId);
    this.hasCompensations = state.hasCompensations;
    this.takeovers = state.takeovers;
  }
}
