import { brand } from './brand.js';
import { RomancyError } from './romancy-error.js';

/** `ctx.recur` was called while steps were open: their results would have no place in the next generation (E15b). */
export class RecurError extends RomancyError {
  static {
    brand(this, 'RecurError');
  }

  readonly code = 'ROMANCY_RECUR';
  readonly retryable = false;
  readonly openSteps: readonly string[];

  constructor(openSteps: readonly string[]) {
    super(
      `recur was called while ${openSteps.map((step) => `"${step}"`).join(', ')} had no result yet. ` +
        `Await every step first, and run waits against each other with ctx.race, which withdraws the losers.`,
      { details: { openSteps } },
    );
    this.openSteps = openSteps;
  }
}
