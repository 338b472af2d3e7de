import { brand } from './brand.js';
import { RomancyError } from './romancy-error.js';

/** The instance goes on by itself, or has completed: there is nothing to try again. */
export class InstanceNotRetryableError extends RomancyError {
  static {
    brand(this, 'InstanceNotRetryableError');
  }

  readonly code = 'ROMANCY_INSTANCE_NOT_RETRYABLE';
  readonly instanceId: string;
  readonly status: string;

  constructor(instanceId: string, status: string) {
    super(
      `Instance ${instanceId} cannot be retried: it is ${status}. Blocked, failed and cancelled instances can. ` +
        'To run a completed workflow again, start it with another id.',
      { details: { instanceId, status } },
    );
    this.instanceId = instanceId;
    this.status = status;
  }
}
