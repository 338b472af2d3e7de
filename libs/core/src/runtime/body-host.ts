import type { AttemptRow } from '../ports/commit.js';
import type { Settlement } from '../replay/event.js';
import type { Attempt } from './attempt.js';
import type { AttemptLog } from './attempt-log.js';
import type { BodySpec } from './body-spec.js';
import type { HeldLease } from './held-lease.js';
import type { PassingCause } from './repeats.js';
import type { StepHooks } from './step-hooks.js';

/** An attempt that came to nothing. For a passing cause it is made again, and does not count. */
export type AttemptFailure = Extract<Settlement, { ok: false }> & { readonly passing?: PassingCause | undefined };

/**
 * What became of a success. A failure: the transaction could not be committed for a passing cause, or the database refused the user's own
 * writes at the commit, so the attempt has failed after all.
 */
export type Recording = 'recorded' | 'refused' | AttemptFailure;

/** A body as its host sees it. */
export interface HostedBody {
  readonly spec: BodySpec;
  readonly log: AttemptLog;
  readonly hooks: StepHooks;
  /** Its result is no longer wanted. */
  readonly abandoned: boolean;
  /** What became of a success. */
  recorded(recording: Recording): void;
  /** It cannot go on, for a reason that is none of the activity's. */
  crashed(error: unknown): void;
}

/** Where a body reports. Every answer is given after the closing section has dealt with it. */
export interface BodyHost {
  readonly lease: HeldLease;
  /** The body is over: recorded, parked or given up; with an error where it failed for an unexpected reason. */
  ended(body: HostedBody, crash?: { readonly error: unknown }): void;
  /** The lease had run out, and somebody else has the instance. */
  lost(): void;
  /** Answers by {@link HostedBody.recorded} or {@link HostedBody.crashed}. */
  succeeded(body: HostedBody, attempt: Attempt, value: unknown): void;
  failed(body: HostedBody, attempt: Attempt, error: unknown): Promise<'recorded' | 'refused'>;
  /** `parked`: the next attempt is another turn's. */
  retrying(body: HostedBody, row: AttemptRow, delayMs: number): Promise<'wait' | 'parked' | 'refused'>;
}
