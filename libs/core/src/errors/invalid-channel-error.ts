import { brand } from './brand.js';
import { RomancyError } from './romancy-error.js';

/** The name of a channel, event type or group cannot be stored, or not be told from others. */
export class InvalidChannelError extends RomancyError {
  static {
    brand(this, 'InvalidChannelError');
  }

  readonly code = 'ROMANCY_INVALID_CHANNEL';
  readonly retryable = false;
  readonly channel: unknown;

  constructor(channel: unknown, problem: string) {
    super(
      `This cannot be the name of a channel, event type or group: ${problem}. Use a short text such as "orders.shipped".`,
      { details: { channel: typeof channel === 'string' ? channel.slice(0, 300) : typeof channel, problem } },
    );
    this.channel = channel;
  }
}
