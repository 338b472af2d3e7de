import type { LeadershipStore } from '../ports/leadership.js';
import type { Logger } from '../ports/logger.js';
import type { EngineClock } from './engine-clock.js';
import type { WorkerJudge } from './worker-judge.js';

/** Not a name of the siblings': each framework has a leader of its own. */
const LOCK = 'romancy_typescript_leader';
/** A leader steps down by its own clock before another one can be leader by the database's. */
const MARGIN = 0.1;

export interface LeadershipOptions {
  readonly holder: string;
  readonly leaseMs: number;
}

/**
 * One process at a time does the housekeeping for all (E22). It leads for the length of a lease, extends that in time, and considers itself
 * leader no longer once it could not.
 */
export class Leadership {
  #heldUntil = -Infinity;
  #resigned = false;
  readonly #onTaken: (() => void)[] = [];

  constructor(
    private readonly store: LeadershipStore,
    private readonly judge: WorkerJudge,
    private readonly clock: EngineClock,
    private readonly logger: Logger,
    private readonly options: LeadershipOptions,
  ) {}

  get held(): boolean {
    return this.clock.now() < this.#heldUntil;
  }

  /** Calls back whenever this process becomes the leader. */
  onTaken(callback: () => void): void {
    this.#onTaken.push(callback);
  }

  /** Tries to become or to stay leader; answers whether it is. */
  async campaign(): Promise<boolean> {
    if (this.#resigned) return false;
    const { holder, leaseMs } = this.options;
    const led = this.held;
    const asked = this.clock.now();
    const taken = await this.store.acquire(LOCK, holder, leaseMs, this.judge.verdicts.gone);
    // A resignation in the meantime has found nothing to give back.
    if (this.#isResigned()) {
      if (taken) await this.store.release(LOCK, holder);
      return false;
    }
    this.#heldUntil = taken ? asked + leaseMs * (1 - MARGIN) : -Infinity;
    if (led && !taken) this.logger.warn('Another worker leads now.');
    if (!led && taken) {
      this.logger.info('This worker leads: it does the housekeeping.');
      for (const callback of this.#onTaken) callback();
    }
    return this.held;
  }

  /** Steps down for good and lets another process lead at once. */
  async resign(): Promise<void> {
    this.#resigned = true;
    const led = this.#heldUntil > -Infinity;
    this.#heldUntil = -Infinity;
    if (led) await this.store.release(LOCK, this.options.holder);
  }

  #isResigned(): boolean {
    return this.#resigned;
  }
}
