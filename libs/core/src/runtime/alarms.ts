import type { Clock, TimerHandle } from '../ports/clock.js';

interface Call {
  readonly callback: () => void;
}

interface Alarm {
  readonly calls: Set<Call>;
  timer: TimerHandle;
}

/** Milliseconds. */
const MOST_LATE = 100;

/**
 * Calls at points in time. Those that are due together are called together, and so what follows from them shares its quiescence points: hundreds of
 * instances that sleep until the same moment go on before the first of them is written.
 */
export class Alarms {
  readonly #alarms = new Map<number, Alarm>();

  constructor(
    private readonly clock: Clock,
    /** Corrected time, in milliseconds. */
    private readonly now: () => number,
  ) {}

  /** Calls back at this time, never before it. */
  at(time: number, callback: () => void): TimerHandle {
    let alarm = this.#alarms.get(time);
    if (alarm === undefined) {
      alarm = { calls: new Set(), timer: this.#timer(time) };
      this.#alarms.set(time, alarm);
    }
    const { calls } = alarm;
    const call = { callback };
    calls.add(call);
    return {
      cancel: () => {
        calls.delete(call);
        if (calls.size === 0) this.#forget(time, calls);
      },
    };
  }

  #timer(time: number): TimerHandle {
    return this.clock.setTimer(Math.max(time - this.now(), 0), () => {
      const now = this.now();
      if (now >= time) this.#callUntil(time, Math.min(now, time + MOST_LATE));
      else this.#again(time);
    });
  }

  /** The correction of the clock has moved meanwhile. */
  #again(time: number): void {
    const alarm = this.#alarms.get(time);
    if (alarm) alarm.timer = this.#timer(time);
  }

  /** Also those whose timers are late themselves: what the first ones go on to write would make them later still. */
  #callUntil(first: number, last: number): void {
    for (let time = first; time <= last; time += 1) {
      const alarm = this.#alarms.get(time);
      if (alarm === undefined) continue;
      alarm.timer.cancel();
      this.#alarms.delete(time);
      // One that is cancelled by an earlier one is not called.
      for (const { callback } of alarm.calls) callback();
    }
  }

  #forget(time: number, calls: ReadonlySet<Call>): void {
    const alarm = this.#alarms.get(time);
    if (alarm?.calls !== calls) return;
    alarm.timer.cancel();
    this.#alarms.delete(time);
  }
}
