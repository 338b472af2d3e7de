import { setImmediate, setTimeout, clearTimeout } from 'node:timers';
import { toMilliseconds, type Clock, type Duration, type TimerHandle, type TimerOptions } from '@romancy/core';
import { TimerQueue } from './timer-queue.js';

export interface VirtualClockOptions {
  /** Where time starts. Default 2026-01-01T00:00:00Z. */
  readonly startAt?: Date | number;
  /**
   * Resolves when what runs on this clock has nothing to do but wait: awaited before time moves and after each timer, so that one thing happens
   * after another. Can be set later with {@link VirtualClock.whenIdle}.
   */
  readonly whenIdle?: () => Promise<unknown>;
  /** How long, in real milliseconds, to wait for that before time moves all the same (something may be waiting for this very clock). Default 20. */
  readonly patience?: number;
}

/** So many timers at one instant mean that a timer sets itself again without a delay. */
const MOST_AT_ONE_INSTANT = 100_000;

/** Turns of the event loop that must have passed as well. */
const PATIENT_TURNS = 500;

/** A clock that stands still until a test moves it. Timers fire in the order of their times, each when everything before it has settled. */
export class VirtualClock implements Clock {
  readonly authoritative = true;
  /** What is awaited between two timers; see {@link VirtualClockOptions.whenIdle}. */
  whenIdle: (() => Promise<unknown>) | undefined;
  readonly #patience: number;
  readonly #timers = new TimerQueue();
  /** Looks whether something has changed elsewhere: done wherever time stops, they never stop it. */
  readonly #looks = new TimerQueue();
  #now: number;
  #moving: Promise<unknown> = Promise.resolve();

  constructor(options: VirtualClockOptions = {}) {
    this.#now = timeOf(options.startAt ?? new Date('2026-01-01T00:00:00.000Z'));
    this.#patience = options.patience ?? 20;
    this.whenIdle = options.whenIdle;
  }

  now(): number {
    return this.#now;
  }

  setTimer(ms: number, callback: () => void, { background = false }: TimerOptions = {}): TimerHandle {
    // Whole milliseconds and never early, as the platform's timers.
    const at = this.#now + Math.max(0, Math.ceil(Number.isNaN(ms) ? 0 : ms));
    const cancel = (background ? this.#looks : this.#timers).add(at, callback);
    return { cancel };
  }

  /** How many timers are set. */
  get pendingTimers(): number {
    return this.#timers.size + this.#looks.size;
  }

  /** When the next timer is due; undefined when none is set. */
  get nextTimerAt(): number | undefined {
    return this.#timers.earliest ?? this.#looks.earliest;
  }

  /** Moves time forwards and fires what is due on the way: `await clock.advance('2d')`. */
  advance(duration: Duration): Promise<void> {
    const milliseconds = toMilliseconds(duration);
    return this.#exclusively(() => this.#moveTo(this.#now + milliseconds));
  }

  /** Moves time forwards to this moment; a moment that has passed leaves time where it is. */
  advanceTo(moment: Date | number): Promise<void> {
    return this.#exclusively(() => this.#moveTo(Math.max(this.#now, timeOf(moment))));
  }

  /** Lets everything happen that can happen without time moving. */
  runUntilIdle(): Promise<void> {
    return this.#exclusively(() => this.#moveTo(this.#now));
  }

  /** Moves time from timer to timer until the promise settles, and answers it. Gives up after `limit` of virtual time (default `'365d'`). */
  runUntil<T>(promise: Promise<T>, limit: Duration = '365d'): Promise<T> {
    const end = this.#now + toMilliseconds(limit);
    let settled = false;
    const note = (): void => {
      settled = true;
    };
    promise.then(note, note);
    return this.#exclusively(async () => {
      await this.#moveTo(this.#now);
      while (!settled) {
        const next = this.nextTimerAt;
        if (next === undefined || next > end) throw this.#neverSettles(next, limit);
        await this.#moveTo(next);
      }
      return promise;
    });
  }

  async #moveTo(target: number): Promise<void> {
    await this.#settle();
    let fired = 0;
    for (let next = this.#timers.takeDue(target); next !== undefined; next = this.#timers.takeDue(target)) {
      fired = next.at > this.#now ? 0 : fired + 1;
      if (fired > MOST_AT_ONE_INSTANT)
        throw new Error('A timer without delay is set again and again; time cannot move.');
      this.#now = Math.max(this.#now, next.at);
      next.callback();
      await this.#settle();
      await this.#look();
    }
    this.#now = target;
    await this.#look();
  }

  async #look(): Promise<void> {
    const looks = this.#looks.takeAllDue(this.#now);
    if (looks.length === 0) return;
    for (const look of looks) look.callback();
    await this.#settle();
  }

  /** One move at a time, in the order in which they were asked for. */
  #exclusively<T>(move: () => Promise<T>): Promise<T> {
    const moved = this.#moving.then(move);
    this.#moving = moved.catch(() => undefined);
    return moved;
  }

  async #settle(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (this.whenIdle === undefined) return;
    let idle = false;
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.#patience);
    }).then(async () => {
      // Where the machine has no time for this process, time alone says nothing about what it would still do.
      for (let turns = 0; turns < PATIENT_TURNS && !idle; turns += 1)
        await new Promise<void>((resolve) => setImmediate(resolve));
    });
    const note = (): void => {
      idle = true;
    };
    await Promise.race([this.whenIdle().finally(note), patience]);
    clearTimeout(timer);
  }

  #neverSettles(next: number | undefined, limit: Duration): Error {
    return new Error(
      next === undefined
        ? 'The promise has not settled and no timer is set that could change that. Does it wait for an event, a message or something outside?'
        : `The promise has not settled within ${limit} of virtual time.`,
    );
  }
}

function timeOf(moment: Date | number): number {
  return Math.floor(typeof moment === 'number' ? moment : moment.getTime());
}
