import type { ActivityTransaction } from '@romancy/core';
import type { EntityManager } from 'typeorm';
import { TransactionMisuseError } from '../errors/transaction-error.js';
import { TypeOrmActivityTransaction } from './activity-transaction.js';

/** The manager that works inside the transaction of an activity's attempt. */
export function activityManager(transaction: ActivityTransaction): EntityManager {
  if (transaction instanceof TypeOrmActivityTransaction) return transaction.manager;
  throw new TransactionMisuseError(
    'no-transaction',
    'The storage of this activity does not work with TypeORM, so there is no EntityManager.',
  );
}
