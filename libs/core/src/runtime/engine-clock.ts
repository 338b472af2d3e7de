import type { Clock, TimerHandle } from '../ports/clock.js';
import { Alarms } from './alarms.js';

/** The process clock, corrected to the database's, so that workers with skewed clocks stamp alike (E6a). */
export class EngineClock {
  #offset = 0;
  readonly #alarms: Alarms;

  constructor(private readonly clock: Clock) {
    this.#alarms = new Alarms(clock, () => this.now());
  }

  /** Milliseconds by the database's clock, as well as this process can tell. */
  now(): number {
    return Math.round(this.clock.now() + this.#offset);
  }

  /** Asks the database for its time; the middle of the round trip is taken as the moment of its answer. */
  async synchronize(databaseNow: () => Promise<number>): Promise<void> {
    if (this.clock.authoritative === true) return;
    const before = this.clock.now();
    const there = await databaseNow();
    const after = this.clock.now();
    const offset = there - (before + after) / 2;
    // Within the round trip nothing is known: correcting by less would only add noise to a clock that agrees.
    this.#offset = Math.abs(offset) <= (after - before) / 2 + 2 ? 0 : offset;
  }

  /** Calls back at this corrected time, never before it. A process that has nothing but workflows stays alive for them until it is stopped. */
  at(time: number, callback: () => void): TimerHandle {
    return this.#alarms.at(time, callback);
  }

  after(ms: number, callback: () => void): TimerHandle {
    return this.clock.setTimer(ms, callback);
  }

  /** For a look whether something has changed elsewhere: it may come late. */
  lookAfter(ms: number, callback: () => void): TimerHandle {
    return this.clock.setTimer(ms, callback, { background: true });
  }

  /** A limit that something else is raced against: it does not keep the process alive. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted === true) {
        resolve();
        return;
      }
      const done = (): void => {
        timer.cancel();
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = this.clock.setTimer(ms, done, { unref: true });
      signal?.addEventListener('abort', done, { once: true });
    });
  }
}
