import { brand } from './brand.js';
import { RomancyError } from './romancy-error.js';

/** A stored value cannot be decoded: it is damaged, was written by a newer version, or by a codec that is not configured here. */
export class UnreadablePayloadError extends RomancyError {
  static {
    brand(this, 'UnreadablePayloadError');
  }

  readonly code = 'ROMANCY_UNREADABLE_PAYLOAD';
  readonly retryable = false;

  constructor(problem: string, cause?: unknown) {
    super(
      `A stored value cannot be read: ${problem}. Check that this process runs the newest version and the same payload settings as the ` +
        `one that wrote it.`,
      { cause },
    );
  }
}
