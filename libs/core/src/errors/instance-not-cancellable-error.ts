import { brand } from './brand.js';
import { RomancyError } from './romancy-error.js';

/** The instance has ended, so there is nothing to cancel. */
export class InstanceNotCancellableError extends RomancyError {
  static {
    brand(this, 'InstanceNotCancellableError');
  }

  readonly code = 'ROMANCY_INSTANCE_NOT_CANCELLABLE';
  readonly instanceId: string;
  readonly status: string;

  constructor(instanceId: string, status: string) {
    super(`Instance ${instanceId} cannot be cancelled: it is ${status} already, and that never changes.`, {
      details: { instanceId, status },
    });
    this.instanceId = instanceId;
    this.status = status;
  }
}
