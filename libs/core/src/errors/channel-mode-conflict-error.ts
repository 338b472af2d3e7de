import { brand } from './brand.js';
import { RomancyError } from './romancy-error.js';

/** A channel is read in another mode by subscribers that have not ended. */
export class ChannelModeConflictError extends RomancyError {
  static {
    brand(this, 'ChannelModeConflictError');
  }

  readonly code = 'ROMANCY_CHANNEL_MODE_CONFLICT';
  readonly retryable = false;
  readonly channel: string;
  readonly existing: string;
  readonly requested: string;

  constructor(channel: string, existing: string, requested: string) {
    super(
      `The channel "${channel}" is read as "${existing}" and cannot be subscribed to as "${requested}" at the same time. ` +
        `Use one mode for all subscribers of a channel, or another channel; the mode is free again when the last of them has ended.`,
      { details: { channel, existing, requested } },
    );
    this.channel = channel;
    this.existing = existing;
    this.requested = requested;
  }
}
