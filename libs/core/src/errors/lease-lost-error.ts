import { brand } from './brand.js';
import { RomancyError } from './romancy-error.js';

/** Another worker holds the instance now, so nothing that this one still does for it is recorded (P5, E17). */
export class LeaseLostError extends RomancyError {
  static {
    brand(this, 'LeaseLostError');
  }

  readonly code = 'ROMANCY_LEASE_LOST';
  readonly instanceId: string;

  constructor(instanceId: string, cause?: unknown) {
    super(
      `This worker no longer holds the lease of instance ${instanceId}; what it was doing is not recorded and another worker goes on. ` +
        `If this happens often, the event loop is blocked for longer than leaseDuration, or the database is out of reach.`,
      { cause, details: { instanceId } },
    );
    this.instanceId = instanceId;
  }
}
