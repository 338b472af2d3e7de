import type { LeaseHold } from '../ports/lease.js';
import type { EngineServices } from './services.js';

/** The lease of one turn, as far as this process can tell: a reply that came late says nothing about now. */
export class HeldLease {
  #confirmedAt: number;

  constructor(
    private readonly services: EngineServices,
    private readonly hold: LeaseHold,
    askedAt: number,
  ) {
    this.#confirmedAt = askedAt;
  }

  /** The database was asked at this time, and found it to be ours. */
  confirm(askedAt: number): void {
    this.#confirmedAt = Math.max(this.#confirmedAt, askedAt);
  }

  /** It may have run out unseen: the event loop was blocked, or the database was slow to answer. */
  get inDoubt(): boolean {
    return this.services.clock.now() - this.#confirmedAt >= this.services.settings.leaseMs;
  }

  /** Renews it now. False when somebody else has taken the instance. */
  async renew(): Promise<boolean> {
    const askedAt = this.services.clock.now();
    const { lost } = await this.services.storage.leases.renew([this.hold], this.services.settings.leaseMs);
    if (lost.length > 0) return false;
    this.confirm(askedAt);
    return true;
  }
}
