import { brand } from './brand.js';
import { describeThrown } from './describe-value.js';
import { RomancyError } from './romancy-error.js';

export interface RetryExhaustedFields {
  readonly activityName: string;
  /** Attempts made, the first included. */
  readonly attempts: number;
  /** Error of the last attempt. */
  readonly cause: unknown;
}

/** An activity failed and its retry policy allows no further attempt. The last attempt's error is the `cause`. */
export class RetryExhaustedError extends RomancyError {
  static {
    brand(this, 'RetryExhaustedError');
  }

  readonly code = 'ROMANCY_RETRY_EXHAUSTED';
  readonly activityName: string;
  readonly attempts: number;

  constructor({ activityName, attempts, cause }: RetryExhaustedFields) {
    super(
      `Activity ${activityName} failed after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}: ${describeThrown(cause)}. ` +
        `Handle it in the workflow (the last error is the cause), or give the activity a retry policy that allows more.`,
      { cause, details: { activityName, attempts } },
    );
    this.activityName = activityName;
    this.attempts = attempts;
  }
}
