import { RomancyError } from '@romancy/core';

/** How a transaction that the framework shares with user code was misused. */
export type TransactionMisuse =
  /** A statement failed, its error was caught, and the database has given the transaction up. */
  | 'aborted'
  /** BEGIN, COMMIT or ROLLBACK of a transaction that the framework ends. */
  | 'control'
  /** A manager that is in no transaction where one is needed. */
  | 'no-transaction';

/** A transaction that the framework shares with user code cannot be used like this. */
export class TransactionMisuseError extends RomancyError {
  readonly code = 'ROMANCY_TRANSACTION_MISUSE';
  readonly misuse: TransactionMisuse;

  constructor(misuse: TransactionMisuse, message: string, cause?: unknown) {
    super(message, { cause, details: { misuse } });
    this.misuse = misuse;
  }
}
