import { brand } from './brand.js';
import { RomancyError } from './romancy-error.js';

/** A field of a retry policy has a value that makes no sense. */
export class InvalidRetryPolicyError extends RomancyError {
  static {
    brand(this, 'InvalidRetryPolicyError');
  }

  readonly code = 'ROMANCY_INVALID_RETRY_POLICY';
  readonly retryable = false;
  readonly field: string;

  constructor(field: string, problem: string, cause?: unknown) {
    super(`Retry policy: ${field} ${problem}`, { cause, details: { field } });
    this.field = field;
  }
}
