import { RomancyError } from '@romancy/core';
import type { Mistake } from '../discovery/mistake.js';

/**
 * The application cannot start as it is declared or configured. All mistakes are reported together, each with the class and method, what is
 * wrong and the cure; `mistakes` holds them as data. Thrown while the application boots, before anything is run or written.
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
