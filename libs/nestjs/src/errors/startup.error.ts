import { RomancyError } from '@romancy/core';
import type { Mistake } from '../discovery/mistake.js';

/**
 * The application cannot start as it is declared or configured. All mistakes are reported together, each with the class and method, what is
 * wrong and the cure; `mistakes` holds them as data. Thrown while the application boots, before anything is run or written.
 *
 * @example
 * ```text
 * Romancy found 1 mistake in the application:
 *   - Payments.refund: compensates "charged", which is no activity of the same class. Name one of charge, or mark that method @Activity().
 * ```
 */
export class StartupError extends RomancyError {
  readonly code = 'ROMANCY_STARTUP';
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly Mistake[]) {
    const count = mistakes.length === 1 ? '1 mistake' : `${String(mistakes.length)} mistakes`;
    const lines = mistakes.map(({ where, problem, cure }) => `  - ${where}: ${problem}. ${cure}.`);
    super(`Romancy found ${count} in the application:\n${lines.join('\n')}`, { details: { mistakes } });
    this.mistakes = mistakes;
  }
}
