import { SerializationConflictError, StorageUnavailableError } from '../errors/storage-errors.js';

/**
 * Why an attempt came to nothing without having failed: its transaction lost against another one (`conflict`), or the database went away before
 * the commit (`unavailable`). It is begun again and does not count (E18a).
 */
export type PassingCause = 'conflict' | 'unavailable';

const MOST = 10;
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 500;

/** Counts the repeats of one step's present attempt. */
export class Repeats {
  #made = 0;

  /** Pause in milliseconds before the next repeat, the first being made at once. Undefined: too many conflicts, this one counts as a failed attempt. */
  next(cause: PassingCause): number | undefined {
    if (cause === 'conflict' && this.#made >= MOST) {
      this.#made = 0;
      return undefined;
    }
    this.#made += 1;
    if (this.#made === 1) return 0;
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** (this.#made - 2), LONGEST_PAUSE_MS);
    // Whoever met once must not meet again in step.
    return pause * (0.5 + Math.random() / 2);
  }
}

/** What an error of a commit says about the attempt; undefined when the attempt itself has failed. */
export function passingCause(error: unknown): PassingCause | undefined {
  if (error instanceof SerializationConflictError) return 'conflict';
  return error instanceof StorageUnavailableError ? 'unavailable' : undefined;
}
