import type { TimerHandle } from '../ports/clock.js';
import type { EngineClock } from './engine-clock.js';

interface Wait {
  readonly stepId: string;
  readonly timerId: string;
  readonly deadline: number;
  handle: TimerHandle | undefined;
}

/** The timers that an instance waits for while a turn has it in hand. A parked instance's timers are {@link ArmedTimers}. */
export class TurnWaits {
  readonly #waits = new Map<string, Wait>();

  constructor(
    private readonly clock: EngineClock,
    private readonly due: (stepId: string) => void,
  ) {}

  add(stepId: string, timerId: string, deadline: number): void {
    this.#waits.set(stepId, { stepId, timerId, deadline, handle: undefined });
  }

  /** Starts the clock for a wait whose row is durable. */
  arm(stepId: string): void {
    const wait = this.#waits.get(stepId);
    if (!wait || wait.handle) return;
    wait.handle = this.clock.at(wait.deadline, () => {
      this.due(stepId);
    });
  }

  /** Ends a wait; answers its timer id, or undefined if it ended before. */
  take(stepId: string): string | undefined {
    const wait = this.#waits.get(stepId);
    wait?.handle?.cancel();
    this.#waits.delete(stepId);
    return wait?.timerId;
  }

  get size(): number {
    return this.#waits.size;
  }

  get earliest(): number | undefined {
    let earliest: number | undefined;
    for (const { deadline } of this.#waits.values())
      earliest = earliest === undefined ? deadline : Math.min(earliest, deadline);
    return earliest;
  }

  /** Stops all clocks; the waits stay known. */
  disarm(): void {
    for (const wait of this.#waits.values()) {
      wait.handle?.cancel();
      wait.handle = undefined;
    }
  }

  clear(): void {
    this.disarm();
    this.#waits.clear();
  }
}
