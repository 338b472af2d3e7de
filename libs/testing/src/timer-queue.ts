export interface QueuedTimer {
  readonly at: number;
  readonly callback: () => void;
}

/** Timers by time; those of one time in the order in which they were set. */
export class TimerQueue {
  readonly #timers: QueuedTimer[] = [];

  /** The answer takes the timer out again. */
  add(at: number, callback: () => void): () => void {
    const timer = { at, callback };
    this.#timers.splice(this.#placeFor(at), 0, timer);
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index >= 0) this.#timers.splice(index, 1);
    };
  }

  get size(): number {
    return this.#timers.length;
  }

  get earliest(): number | undefined {
    return this.#timers[0]?.at;
  }

  /** Takes out the first timer if it is due by this time. */
  takeDue(time: number): QueuedTimer | undefined {
    const [first] = this.#timers;
    return first !== undefined && first.at <= time ? this.#timers.shift() : undefined;
  }

  /** Takes out all timers that are due by this time. */
  takeAllDue(time: number): readonly QueuedTimer[] {
    return this.#timers.splice(0, this.#placeFor(time));
  }

  /** Index behind all timers that are due by `at`. */
  #placeFor(at: number): number {
    let low = 0;
    let high = this.#timers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#timers[middle]?.at ?? Infinity) <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
