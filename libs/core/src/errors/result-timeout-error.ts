import { brand } from './brand.js';
import { RomancyError } from './romancy-error.js';

/** `result()` waited for its time limit. The instance is not touched. */
export class ResultTimeoutError extends RomancyError {
  static {
    brand(this, 'ResultTimeoutError');
  }

  readonly code = 'ROMANCY_RESULT_TIMEOUT';
  readonly instanceId: string;
  readonly timeoutMs: number;

  constructor(instanceId: string, timeoutMs: number) {
    super(
      `Instance ${instanceId} did not end within ${timeoutMs} ms. It goes on: ask for the result again later, ` +
        `or look at its status to see what it waits for.`,
      { details: { instanceId, timeoutMs } },
    );
    this.instanceId = instanceId;
    this.timeoutMs = timeoutMs;
  }
}
