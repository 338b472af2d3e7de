import type { VirtualClock } from '@romancy/testing';
import { Random } from '../../../../test/support/random.js';

/**
 * Puts what the engine takes from the platform itself (short pauses, jitter) under the simulation's control, so that a seed repeats exactly. Stacks are
 * not taken: nobody reads them here, and they would cost a third of the time.
 */
export class SimulatedPlatform {
  readonly #setTimeout = globalThis.setTimeout;
  readonly #random = Math.random;
  readonly #stackTraceLimit = Error.stackTraceLimit;

  constructor(clock: VirtualClock, seed: number) {
    const random = new Random(seed ^ 0x5bd1e995);
    const simulated = (callback: () => void, milliseconds = 0): unknown => clock.setTimer(milliseconds, callback);
    globalThis.setTimeout = simulated as typeof globalThis.setTimeout;
    Math.random = () => random.next();
    Error.stackTraceLimit = 0;
  }

  restore(): void {
    globalThis.setTimeout = this.#setTimeout;
    Math.random = this.#random;
    Error.stackTraceLimit = this.#stackTraceLimit;
  }
}
