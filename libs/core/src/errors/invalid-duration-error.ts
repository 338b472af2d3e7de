import { brand } from './brand.js';
import { describeValue } from './describe-value.js';
import { RomancyError } from './romancy-error.js';

/** Something that is not a duration was given as one. */
export class InvalidDurationError extends RomancyError {
  static {
    brand(this, 'InvalidDurationError');
  }

  readonly code = 'ROMANCY_INVALID_DURATION';
  readonly retryable = false;

  constructor(value: unknown) {
    const given = describeValue(value);
    super(
      `${given} is not a duration. Give milliseconds as a number that is not negative, or a number with a unit as text, ` +
        `such as '500ms', '90s', '1.5m', '12h', '2d' or '1w'.`,
      { details: { given } },
    );
  }
}
