import type { AttemptRow } from '../ports/commit.js';
import type { Settlement } from '../replay/event.js';
import type { Attempt } from './attempt.js';
import type { Body } from './body.js';
import type { HeldLease } from './held-lease.js';
import type { PassingCause } from './repeats.js';

/** An attempt that came to nothing. For a passing cause it is made again, and does not count. */
export type AttemptFailure = Extract<Settlement, { ok: false }> & { readonly passing?: PassingCause | undefined };

/**
 * What became of a success. A failure: the transaction could not be committed for a passing cause, or the database refused the user's own
 * writes at the commit, so the attempt has failed after all.
 */
export type Recording = 'recorded' | 'refused' | AttemptFailure;

/** Where a body reports. Every answer is given after the closing section has dealt with it. */
export interface BodyHost {
  readonly lease: HeldLease;
  /** The body is over: recorded, parked or given up; with an error where it failed for an unexpected reason. */
  ended(body: Body, crash?: { readonly error: unknown }): void;
  /** The lease had run out, and somebody else has the instance. */
  lost(): void;
  /** Answers by {@link Body.recorded} or {@link Body.crashed}. */
  succeeded(body: Body, attempt: Attempt, value: unknown): void;
  failed(body: Body, attempt: Attempt, error: unknown): Promise<'recorded' | 'refused'>;
  /** `parked`: the next attempt is another turn's. */
  retrying(body: Body, row: AttemptRow, delayMs: number): Promise<'wait' | 'parked' | 'refused'>;
}
