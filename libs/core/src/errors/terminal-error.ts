import { brand } from './brand.js';
import { RomancyError, type RomancyErrorOptions } from './romancy-error.js';

export interface TerminalErrorOptions extends RomancyErrorOptions {
  /** A code of your own, for callers that tell refusals apart; kept in history. */
  readonly code?: string;
}

/** Thrown by an activity to say that trying again cannot help: the step fails at once, whatever its retry policy. */
export class TerminalError extends RomancyError {
  static {
    brand(this, 'TerminalError');
  }

  readonly code: string = 'ROMANCY_TERMINAL_ERROR';
  readonly retryable = false;

  constructor(message: string, options: TerminalErrorOptions = {}) {
    super(message, options);
    if (options.code !== undefined) this.code = options.code;
  }
}
