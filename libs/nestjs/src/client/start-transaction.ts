import { currentActivity, type ForeignTransaction } from '@romancy/core';
import { activityManager, foreignTransaction } from '@romancy/typeorm';

/** True in an activity whose writes are one transaction, which a start belongs to as well. */
export function isInTransaction(): boolean {
  return currentActivity()?.transaction !== undefined;
}

/** The transaction of the activity in which the call is made, if it has one, as the engine writes into it. */
export function currentTransaction(): ForeignTransaction | undefined {
  const transaction = currentActivity()?.transaction;
  if (!transaction) return undefined;
  return isForeign(transaction) ? transaction : foreignTransaction(activityManager(transaction));
}

/** A storage without TypeORM lets the engine write into the transaction itself. */
function isForeign(transaction: object): transaction is ForeignTransaction {
  return 'insertInstance' in transaction;
}
