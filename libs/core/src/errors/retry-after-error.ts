import { type Duration, toMilliseconds } from '../definition/duration.js';
import { brand } from './brand.js';
import { RomancyError, type RomancyErrorOptions } from './romancy-error.js';

export interface RetryAfterErrorOptions extends RomancyErrorOptions {
  /** The next attempt starts no earlier than this from now. */
  readonly delay: Duration;
}

/** Thrown by an activity that knows when to try again, for example from a `Retry-After` header. Attempts and limits count as usual. */
export class RetryAfterError extends RomancyError {
  static {
    brand(this, 'RetryAfterError');
  }

  readonly code = 'ROMANCY_RETRY_AFTER';
  /** Milliseconds. */
  readonly retryAfter: number;

  constructor(message: string, options: RetryAfterErrorOptions) {
    super(message, options);
    this.retryAfter = toMilliseconds(options.delay);
  }
}
