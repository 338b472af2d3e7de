import { GateTimeoutError } from '../errors/gate-timeout-error.js';

export type Release = () => void;

interface Waiter {
  readonly label: string;
  readonly since: number;
  readonly admit: () => void;
}

/** One holder at a time, first come first served. The holder has a name, and whoever waits too long is told it. */
export class Mutex {
  #holder: { readonly label: string; readonly since: number } | undefined;
  readonly #waiting: Waiter[] = [];

  /** @param timeoutMs how long a waiter waits */
  constructor(private readonly timeoutMs: number) {}

  get holder(): string | undefined {
    return this.#holder?.label;
  }

  /** Takes it if it is free. */
  tryAcquire(label: string): Release | undefined {
    return this.#holder === undefined ? this.#enter(label) : undefined;
  }

  async acquire(label: string): Promise<Release> {
    const release = this.tryAcquire(label);
    if (release !== undefined) return release;
    return new Promise<Release>((resolve, reject) => {
      const since = Date.now();
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        const held = Date.now() - (this.#holder?.since ?? Date.now());
        reject(new GateTimeoutError(label, this.#holder?.label ?? 'nobody', held, Date.now() - since));
      }, this.timeoutMs);
      const waiter: Waiter = {
        label,
        since,
        admit: () => {
          clearTimeout(timer);
          resolve(this.#enter(label));
        },
      };
      this.#waiting.push(waiter);
    });
  }

  #enter(label: string): Release {
    const holder = { label, since: Date.now() };
    this.#holder = holder;
    return () => {
      if (this.#holder !== holder) return;
      this.#holder = undefined;
      this.#waiting.shift()?.admit();
    };
  }
}
