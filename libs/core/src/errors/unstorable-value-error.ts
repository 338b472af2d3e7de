import { brand } from './brand.js';
import { RomancyError } from './romancy-error.js';

/** A value that was to be stored has a part that cannot be. */
export class UnstorableValueError extends RomancyError {
  static {
    brand(this, 'UnstorableValueError');
  }

  readonly code = 'ROMANCY_UNSTORABLE_VALUE';
  readonly retryable = false;
  /** Where in the value, for example `$.order.items[3].when`. */
  readonly path: string;

  constructor(path: string, problem: string, cause?: unknown) {
    super(`The value at ${path} cannot be stored: ${problem}`, { cause, details: { path } });
    this.path = path;
  }
}
