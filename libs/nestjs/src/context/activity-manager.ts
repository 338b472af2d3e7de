import type { ActivityTransaction } from '@romancy/core';
import { activityManager } from '@romancy/typeorm';
import type { EntityManager } from 'typeorm';

/** The manager that the storage library offers on top of an attempt's transaction. */
export function managerOf(transaction: ActivityTransaction): EntityManager {
  return activityManager(transaction);
}
