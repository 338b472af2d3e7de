import { brand } from './brand.js';
import { RomancyError } from './romancy-error.js';

export interface HistoryLimitFields {
  readonly instanceId: string;
  readonly rows: number;
  readonly limit: number;
}

/** An instance has recorded so much that it is refused more (E29a). */
export class HistoryLimitError extends RomancyError {
  static {
    brand(this, 'HistoryLimitError');
  }

  readonly code = 'ROMANCY_HISTORY_LIMIT';
  readonly retryable = false;
  readonly instanceId: string;
  readonly rows: number;
  readonly limit: number;

  constructor({ instanceId, rows, limit }: HistoryLimitFields) {
    super(
      `Instance ${instanceId} has ${rows} history rows; the limit is ${limit}. Split its work over several instances, ` +
        `each of which starts the next in an activity, or raise historyMaxRows.`,
      { details: { instanceId, rows, limit } },
    );
    this.instanceId = instanceId;
    this.rows = rows;
    this.limit = limit;
  }
}
