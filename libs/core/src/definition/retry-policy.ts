import type { Duration } from './duration.js';

/** How often and when a failed attempt is repeated. Every field falls back to the application's default policy, then to {@link DEFAULT_RETRY}. */
export interface RetryPolicy {
  /** Attempts in all, the first included; `Infinity` for no limit. */
  readonly maxAttempts?: number;
  /** Delay before the second attempt. */
  readonly initialInterval?: Duration;
  /** Factor from one delay to the next; 1 keeps it fixed. */
  readonly backoff?: number;
  /** No delay is longer. */
  readonly maxInterval?: Duration;
  /** Random spread of a delay as a fraction of it, 0 to 1. */
  readonly jitter?: number;
  /** No attempt starts later than this after the first one's start. */
  readonly maxDuration?: Duration;
  /** Error classes (or their names) that are final at once. */
  readonly nonRetryable?: readonly (string | (abstract new (...args: never[]) => Error))[];
}
