import { brand } from './brand.js';
import { RomancyError } from './romancy-error.js';

/** An encoded value is larger than the application allows. */
export class PayloadTooLargeError extends RomancyError {
  static {
    brand(this, 'PayloadTooLargeError');
  }

  readonly code = 'ROMANCY_PAYLOAD_TOO_LARGE';
  readonly retryable = false;
  readonly bytes: number;
  readonly maxBytes: number;

  constructor(bytes: number, maxBytes: number) {
    super(
      `A value takes ${bytes} bytes as JSON; the limit is ${maxBytes}. Store it elsewhere (a table, a file, an object store) and pass a ` +
        `reference, or raise maxPayloadBytes.`,
      { details: { bytes, maxBytes } },
    );
    this.bytes = bytes;
    this.maxBytes = maxBytes;
  }
}
