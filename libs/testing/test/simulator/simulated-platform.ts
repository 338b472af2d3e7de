import type { VirtualClock } from '@romancy/testing';
import { Random } from '../../../../test/support/random.js';

/** Puts what the engine takes from the platform itself (short pauses, jitter) under the simulation's control, so that a seed repeats exactly. */
export class SimulatedPlatform {
  readonly #setTimeout = globalThis.setTimeout;
  readonly #random = Math.random;

  constructor(clock: VirtualClock, seed: number) {
    const random = new Random(seed ^ 0x5bd1e995);
    const simulated = (callback: () => void, milliseconds = 0): unknown => clock.setTimer(milliseconds, callback);
    globalThis.setTimeout = simulated as typeof globalThis.setTimeout;
    Math.random = () => random.next();
  }

  restore(): void {
    globalThis.setTimeout = this.#setTimeout;
    Math.random = this.#random;
  }
}
