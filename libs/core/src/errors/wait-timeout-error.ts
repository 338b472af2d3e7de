import { brand } from './brand.js';
import { RomancyError } from './romancy-error.js';

/** Nothing came on a channel until the deadline of the wait. */
export class WaitTimeoutError extends RomancyError {
  static {
    brand(this, 'WaitTimeoutError');
  }

  readonly code = 'ROMANCY_WAIT_TIMEOUT';
  readonly retryable = false;
  /** The channel, or the type of the event. */
  readonly channel: string;
  readonly deadline: Date;

  constructor(channel: string, deadline: number) {
    super(
      `Nothing arrived on "${channel}" until ${new Date(deadline).toISOString()}. ` +
        `Catch this error to go on without it, or give the wait more time.`,
      { details: { channel, deadline } },
    );
    this.channel = channel;
    this.deadline = new Date(deadline);
  }
}
