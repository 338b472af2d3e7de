import { brand } from './brand.js';
import { RomancyError } from './romancy-error.js';

/** The transaction of an attempt was used after the attempt had ended. */
export class TransactionEndedError extends RomancyError {
  static {
    brand(this, 'TransactionEndedError');
  }

  readonly code = 'ROMANCY_TRANSACTION_ENDED';
  readonly activityName: string;

  constructor(activityName: string) {
    super(
      `The database was used through the transaction of activity ${activityName} after that attempt had ended. Await every database call ` +
        `before the activity returns, and do not keep its manager; work after the commit belongs into afterCommit.`,
      { details: { activityName } },
    );
    this.activityName = activityName;
  }
}
