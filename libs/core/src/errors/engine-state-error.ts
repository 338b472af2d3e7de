import { brand } from './brand.js';
import { RomancyError } from './romancy-error.js';

/** The engine was asked for something that it cannot do in its present state. */
export class EngineStateError extends RomancyError {
  static {
    brand(this, 'EngineStateError');
  }

  readonly code = 'ROMANCY_ENGINE_STATE';
  readonly operation: string;
  readonly state: string;

  constructor(operation: string, state: string) {
    super(
      `Cannot ${operation}: the engine is ${state}. Start it once, use it after start() has resolved (in Nest: after the application's ` +
        `bootstrap) and not after stop().`,
      { details: { operation, state } },
    );
    this.operation = operation;
    this.state = state;
  }
}
