import { brand } from './brand.js';
import { RomancyError } from './romancy-error.js';

export type AbortReason = 'cancelled' | 'lease-lost' | 'shutdown' | 'timeout' | 'ended';

export interface ActivityAbortedFields {
  readonly activityName: string;
  readonly reason: AbortReason;
  readonly cause?: unknown;
}

const REASONS: Record<AbortReason, string> = {
  cancelled: 'the workflow was cancelled; its compensations run',
  'lease-lost': 'this worker lost the lease of the instance; another one runs the step again',
  shutdown: 'this process is stopping; the step runs again elsewhere or after the next start',
  timeout: 'the attempt took longer than its time limit',
  ended: 'the workflow ended without waiting for this step',
};

/** Reason of an attempt's aborted `signal`. Stop what you do and let it through; the result of the attempt is not recorded. */
export class ActivityAbortedError extends RomancyError {
  static {
    brand(this, 'ActivityAbortedError');
  }

  readonly code = 'ROMANCY_ACTIVITY_ABORTED';
  readonly activityName: string;
  readonly reason: AbortReason;

  constructor({ activityName, reason, cause }: ActivityAbortedFields) {
    super(`Activity ${activityName} was aborted: ${REASONS[reason]}. Let this error through.`, {
      cause,
      details: { activityName, reason },
    });
    this.activityName = activityName;
    this.reason = reason;
  }
}
