import type { TimerHandle } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';
import type { EngineLoop } from '../runtime/engine-api.js';
import { runInScope } from '../scope/scope.js';
import type { EngineClock } from '../runtime/engine-clock.js';
import type { Leadership } from '../runtime/leadership.js';

export interface LoopOptions {
  readonly name: string;
  readonly intervalMs: number;
  /** Idle intervals grow up to this; default the interval itself. */
  readonly maxIntervalMs?: number;
  /** There is nothing to look for: no pass is planned until `wake`. Default never. */
  readonly dormant?: () => boolean;
  /** A late pass does for many: a virtual clock need not stop at each. Default false. */
  readonly background?: boolean;
  /** The next pass comes at the latest after so many milliseconds. */
  readonly within?: () => number;
  /** Only the process that leads does anything; the others answer 0. */
  readonly leaderOnly?: Leadership;
  /** Does one pass; answers how much it did. */
  readonly run: () => Promise<number>;
  /** Brings a pass under way to its end, where that could take long: whoever stops the loop waits for it. */
  readonly interrupt?: () => void;
}

const JITTER = 0.1;

/**
 * Repeats a pass: the next one is planned when the last has ended, so passes never overlap. Idle passes come less often; `wake` brings the next
 * one forward. A failing pass is reported and repeated.
 */
export class Loop implements EngineLoop {
  readonly name: string;
  readonly intervalMs: number;
  #timer: TimerHandle | undefined;
  #current: Promise<number> | undefined;
  #again = false;
  #active = false;
  #idlePasses = 0;

  constructor(
    private readonly options: LoopOptions,
    private readonly clock: EngineClock,
    private readonly logger: Logger,
  ) {
    this.name = options.name;
    this.intervalMs = options.intervalMs;
    options.leaderOnly?.onTaken(() => {
      this.wake();
    });
  }

  start(): void {
    if (this.#active) return;
    this.#active = true;
    void this.#pass();
  }

  pause(): void {
    this.#active = false;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  resume(): void {
    this.start();
  }

  /** No further pass begins; resolves when a pass under way has ended. */
  async stop(): Promise<void> {
    this.pause();
    this.options.interrupt?.();
    await this.#current?.catch(() => 0);
  }

  wake(): void {
    this.#idlePasses = 0;
    if (!this.#active) return;
    if (this.#current) this.#again = true;
    else void runInScope(undefined, () => this.#pass());
  }

  tick(): Promise<number> {
    if (this.options.leaderOnly?.held === false) return Promise.resolve(0);
    this.#current ??= this.options.run().finally(() => {
      this.#current = undefined;
    });
    return this.#current;
  }

  async #pass(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    let did = 0;
    try {
      did = await this.tick();
    } catch (error) {
      this.logger.warn(`The ${this.name} loop failed; it goes on at its next interval.`, { error: String(error) });
    }
    this.#idlePasses = did > 0 ? 0 : this.#idlePasses + 1;
    if (!this.#active) return;
    if (this.#again) {
      this.#again = false;
      void this.#pass();
      return;
    }
    if (this.options.dormant?.() === true) return;
    const longest = Math.max(this.options.maxIntervalMs ?? this.intervalMs, this.intervalMs);
    const wait = Math.min(this.intervalMs * 2 ** Math.min(Math.max(this.#idlePasses - 1, 0), 10), longest);
    const delay = Math.min(wait * (1 + JITTER * Math.random()), this.options.within?.() ?? Infinity);
    const pass = (): void => {
      void this.#pass();
    };
    const { clock } = this;
    this.#timer = this.options.background === true ? clock.lookAfter(delay, pass) : clock.after(delay, pass);
  }
}
