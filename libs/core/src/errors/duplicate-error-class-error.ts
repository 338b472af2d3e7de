import { brand } from './brand.js';
import { RomancyError } from './romancy-error.js';

/** Two error classes have one name, so a recorded failure would not say which of them it was. */
export class DuplicateErrorClassError extends RomancyError {
  static {
    brand(this, 'DuplicateErrorClassError');
  }

  readonly code = 'ROMANCY_DUPLICATE_ERROR_CLASS';
  readonly className: string;

  constructor(className: string) {
    super(
      className === ''
        ? 'The setting "errors" holds a class without a name. Name it: recorded failures are told apart by class name.'
        : `The setting "errors" holds two classes called ${className}, or one that is called like an error class of JavaScript. ` +
            'Rename one of them: recorded failures are told apart by class name.',
      { details: { className } },
    );
    this.className = className;
  }
}
