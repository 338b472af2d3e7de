import type { Clock, TimerHandle, TimerOptions } from '@romancy/core';
import type { VirtualClock } from '@romancy/testing';

/** The clock of a machine that is wrong by as much. */
export class SkewedClock implements Clock {
  constructor(
    private readonly clock: VirtualClock,
    private readonly skew: number,
  ) {}

  now(): number {
    return this.clock.now() + this.skew;
  }

  setTimer(ms: number, callback: () => void, options?: TimerOptions): TimerHandle {
    return this.clock.setTimer(ms, callback, options);
  }
}
