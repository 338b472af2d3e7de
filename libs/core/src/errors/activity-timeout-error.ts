import { brand } from './brand.js';
import { RomancyError } from './romancy-error.js';

export interface ActivityTimeoutFields {
  readonly activityName: string;
  readonly timeoutMs: number;
  /** `attempt`: the option `timeout`. `total`: the option `totalTimeout`, waits between attempts included. */
  readonly limit: 'attempt' | 'total';
}

/** An attempt, or all attempts together, took longer than the activity allows. */
export class ActivityTimeoutError extends RomancyError {
  static {
    brand(this, 'ActivityTimeoutError');
  }

  readonly code = 'ROMANCY_ACTIVITY_TIMEOUT';
  readonly activityName: string;
  readonly timeoutMs: number;
  readonly limit: 'attempt' | 'total';

  constructor({ activityName, timeoutMs, limit }: ActivityTimeoutFields) {
    const option = limit === 'attempt' ? 'timeout' : 'totalTimeout';
    super(
      `Activity ${activityName} did not finish within its ${option} of ${timeoutMs} ms. ` +
        `Pass the attempt's signal on to what it waits for, or raise ${option}.`,
      { details: { activityName, timeoutMs, limit } },
    );
    this.activityName = activityName;
    this.timeoutMs = timeoutMs;
    this.limit = limit;
  }
}
