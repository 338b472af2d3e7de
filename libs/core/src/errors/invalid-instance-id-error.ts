import { brand } from './brand.js';
import { RomancyError } from './romancy-error.js';

/** An instance id that not every database can hold as a key. */
export class InvalidInstanceIdError extends RomancyError {
  static {
    brand(this, 'InvalidInstanceIdError');
  }

  readonly code = 'ROMANCY_INVALID_INSTANCE_ID';
  readonly retryable = false;

  constructor(instanceId: unknown, problem: string) {
    super(
      `${JSON.stringify(String(instanceId).slice(0, 100))} cannot be an instance id: ${problem}. Use a text of 1 to 255 characters.`,
      {
        details: { instanceId: String(instanceId).slice(0, 300), problem },
      },
    );
  }
}
