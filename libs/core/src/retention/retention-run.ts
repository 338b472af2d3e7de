import type { Logger } from '../ports/logger.js';
import type { RetainedRow } from '../ports/retention.js';

/** How one run of the retention goes about it. */
export interface RetentionRun {
  /** Nothing is archived or removed. */
  readonly dryRun?: boolean;
  /** Hears of each instance that was removed, or would be. What somebody works on at that moment is left to the next run, and not told. */
  readonly onRemoved?: (instance: RetainedRow) => void;
  readonly logger?: Logger;
  /** Ends the run early: what is being archived just now is kept. */
  readonly signal?: AbortSignal;
}
