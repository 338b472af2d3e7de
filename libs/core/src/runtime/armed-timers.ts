import type { TimerHandle } from '../ports/clock.js';
import type { EngineClock } from './engine-clock.js';

export interface ArmedTimerLimits {
  /** Beyond so many, those that the scan will find in time are left to it: parked instances need no memory. */
  readonly capacity: number;
  readonly scannedAheadMs: number;
}

/** Deadlines of parked instances, armed in memory so that they fire in milliseconds, not at a poll (E24). The scan is the safety net. */
export class ArmedTimers {
  readonly #armed = new Map<string, { readonly at: number; readonly handle: TimerHandle }>();

  constructor(
    private readonly clock: EngineClock,
    private readonly due: (instanceId: string) => void,
    private readonly limits: ArmedTimerLimits,
  ) {}

  /** Keeps the earliest deadline of an instance. */
  arm(instanceId: string, at: number): void {
    const known = this.#armed.get(instanceId);
    if (known !== undefined && known.at <= at) return;
    if (this.#armed.size >= this.limits.capacity && at > this.clock.now() + this.limits.scannedAheadMs) return;
    known?.handle.cancel();
    const handle = this.clock.at(at, () => {
      this.#armed.delete(instanceId);
      this.due(instanceId);
    });
    this.#armed.set(instanceId, { at, handle });
  }

  disarm(instanceId: string): void {
    this.#armed.get(instanceId)?.handle.cancel();
    this.#armed.delete(instanceId);
  }

  get size(): number {
    return this.#armed.size;
  }

  clear(): void {
    for (const { handle } of this.#armed.values()) handle.cancel();
    this.#armed.clear();
  }
}
