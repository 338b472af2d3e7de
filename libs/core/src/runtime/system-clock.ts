import type { Clock, TimerHandle } from '../ports/clock.js';

/** The longest delay that the platform's timers take; longer ones are chained (E29a). */
const MAX_DELAY = 2_147_483_647;

/** The clock and timers of the process. */
export class SystemClock implements Clock {
  now(): number {
    return Date.now();
  }

  setTimer(ms: number, callback: () => void, options: { readonly unref?: boolean } = {}): TimerHandle {
    let timer: NodeJS.Timeout;
    const arm = (left: number): void => {
      const delay = Math.min(Math.max(left, 0), MAX_DELAY);
      timer = setTimeout(() => {
        if (left > delay) arm(left - delay);
        else callback();
      }, delay);
      if (options.unref === true) timer.unref();
    };
    arm(ms);
    return {
      cancel: () => {
        clearTimeout(timer);
      },
    };
  }
}
