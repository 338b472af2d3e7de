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

  /** Pause in milliseconds before the next repeat. Undefined: too many conflicts, this one counts as a failed attempt. */
  next(cause: PassingCause): number | undefined {
    if (cause === 'conflict' && this.#made >= MOST) {
      this.#made = 0;
      return undefined;
    }
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** this.#made, LONGEST_PAUSE_MS);
    this.#made += 1;
    // Whoever met once must not meet again in step.
    return pause * (0.5 + Math.random() / 2);
  }
}

/** What an error of a commit says about the attempt; undefined when the attempt itself has failed. */
export function passingCause(error: unknown): PassingCause | undefined {
  if (error instanceof SerializationConflictError) return 'conflict';
  return error instanceof StorageUnavailableError ? 'unavailable' : undefined;
}
