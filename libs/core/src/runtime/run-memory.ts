import type { AttemptRow } from '../ports/commit.js';
import type { ResumeState } from '../ports/stores.js';
import type { WorkflowCoroutine } from '../replay/coroutine.js';

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
  /** Rows in `workflow_compensations` exist. */
  hasCompensations = false;
  /** Rows beside history exist, so that the end must clean up. */
  dirty = false;
  takeovers = 0;
  /** The coroutine has been started. */
  started = false;

  constructor(
    readonly coroutine: WorkflowCoroutine,
    startedAt: number,
  ) {
    this.lastTime = startedAt;
  }

  absorb(state: ResumeState): void {
    for (const timer of state.timers) this.deadlines.set(timer.timerId, timer.expiresAt);
    for (const attempt of state.attempts) this.attempts.set(attempt.stepId, attempt);
    this.hasCompensations = state.hasCompensations;
    this.takeovers = state.takeovers;
  }
}
