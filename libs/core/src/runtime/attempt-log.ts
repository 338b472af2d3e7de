import type { AttemptRow } from '../ports/commit.js';

export interface AttemptError {
  readonly attempt: number;
  readonly error_type: string;
  readonly message: string;
  readonly timestamp_ms: number;
}

/** Counts the attempts of one step, across crashes (E16), and describes them in the family's form of retry metadata. */
export class AttemptLog {
  attempt: number;
  /** All attempts are used up: the failure is reported as exhausted. */
  exhausted = false;
  readonly firstStartedAt: number;
  readonly #errors: AttemptError[];
  #begunAt: number;

  constructor(earlier: AttemptRow | undefined, now: number) {
    this.attempt = earlier?.attempt ?? 0;
    this.firstStartedAt = earlier?.firstStartedAt ?? now;
    this.#begunAt = now;
    this.#errors = earlier ? (JSON.parse(earlier.errors) as AttemptError[]) : [];
  }

  begin(now: number): number {
    this.#begunAt = now;
    this.attempt += 1;
    return this.attempt;
  }

  /** The attempt did not count: its commit met a passing conflict. */
  repeat(): void {
    this.attempt -= 1;
  }

  failed(error: unknown, now: number): void {
    const isError = typeof error === 'object' && error !== null && 'message' in error;
    this.#errors.push({
      attempt: this.attempt,
      error_type: isError && 'name' in error ? String(error.name) : typeof error,
      message: (isError ? String(error.message) : String(error)).slice(0, 500),
      timestamp_ms: now,
    });
    if (this.#errors.length > KEPT) this.#errors.splice(0, this.#errors.length - KEPT);
  }

  row(stepId: string, nextAt: number): AttemptRow {
    return {
      stepId,
      attempt: this.attempt,
      nextAt,
      firstStartedAt: this.firstStartedAt,
      errors: JSON.stringify(this.#errors),
    };
  }

  /** What is recorded beside the result: how long the last attempt took, and about the others if there were any. */
  record(now: number): { readonly retry: object | undefined; readonly durationMs: number } {
    return { retry: this.#metadata(now), durationMs: now - this.#begunAt };
  }

  #metadata(now: number): object | undefined {
    const last = this.#errors.at(-1);
    if (!last) return undefined;
    return {
      total_attempts: this.attempt,
      total_duration_ms: now - this.firstStartedAt,
      exhausted: this.exhausted,
      errors: this.#errors,
      last_error: { error_type: last.error_type, message: last.message },
    };
  }
}

/** Errors that are kept per step; an unlimited policy must not grow its row without bound. */
const KEPT = 20;
