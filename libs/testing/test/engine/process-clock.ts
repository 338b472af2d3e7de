import type { Clock, TimerHandle, TimerOptions } from '@romancy/core';
import type { VirtualClock } from '@romancy/testing';

const NEVER: TimerHandle = { cancel: () => undefined };

/** The clock of one process: of a machine that may be wrong by as much, and silent once the process is dead. */
export class ProcessClock implements Clock {
  readonly authoritative: boolean;
  readonly #timers = new Set<TimerHandle>();
  #dead = false;

  constructor(
    private readonly clock: VirtualClock,
    private readonly skew: number | undefined,
  ) {
    this.authoritative = skew === undefined;
  }

  now(): number {
    return this.clock.now() + (this.skew ?? 0);
  }

  setTimer(ms: number, callback: () => void, options?: TimerOptions): TimerHandle {
    if (this.#dead) return NEVER;
    const fire = (): void => {
      this.#timers.delete(timer);
      callback();
    };
    const timer = this.clock.setTimer(ms, fire, options);
    this.#timers.add(timer);
    return {
      cancel: () => {
        this.#timers.delete(timer);
        timer.cancel();
      },
    };
  }

  die(): void {
    this.#dead = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }
}
