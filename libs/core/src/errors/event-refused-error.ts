import { brand } from './brand.js';
import { RomancyError, type RomancyErrorOptions } from './romancy-error.js';

/**
 * Thrown by a publisher of the outbox to say that the receiver will never take this event: it is set aside as `invalid`, and the events
 * behind it go on.
 */
export class EventRefusedError extends RomancyError {
  static {
    brand(this, 'EventRefusedError');
  }

  readonly code = 'ROMANCY_EVENT_REFUSED';
  readonly retryable = false;

  constructor(message: string, options: RomancyErrorOptions = {}) {
    super(message, options);
  }
}
