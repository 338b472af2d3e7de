/**
 * An error as plain JSON (E7). A live failure is delivered as `fromFailure(toFailure(error))` too, so that what a workflow catches is the
 * same in the first run and in every replay.
 */
export interface RecordedFailure {
  readonly name: string;
  readonly message: string;
  readonly code?: string | number;
  /** False when trying again cannot help. */
  readonly retryable: boolean;
  readonly stack?: string;
  /** Recorded names of the error's class and of those it derives from, nearest first; `Error` itself is left out. */
  readonly classes?: readonly string[];
  readonly details?: unknown;
  readonly cause?: RecordedFailure;
  /** A cause, or something thrown, that is no error. */
  readonly causeValue?: unknown;
  /** Other enumerable properties of the error, encoded. */
  readonly props?: Readonly<Record<string, unknown>>;
}
