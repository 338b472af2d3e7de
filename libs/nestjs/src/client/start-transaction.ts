import { currentActivity, type ForeignTransaction } from '@romancy/core';
import { foreignTransaction } from '@romancy/typeorm';
import type { EntityManager } from 'typeorm';
import { managerOf } from '../context/activity-manager.js';

/** The caller's own transaction, as the engine writes into it. */
export function transactionOf(manager: EntityManager): ForeignTransaction {
  return foreignTransaction(manager);
}

/** The transaction of the activity in which the call is made, if it has one. */
export function currentTransaction(): ForeignTransaction | undefined {
  const transaction = currentActivity()?.transaction;
  return transaction && transactionOf(managerOf(transaction));
}
