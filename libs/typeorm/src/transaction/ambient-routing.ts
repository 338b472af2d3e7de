import { currentActivity } from '@romancy/core';
import type { DataSource, QueryRunner } from 'typeorm';
import { SqliteGate } from '../gate/sqlite-gate.js';
import { TypeOrmActivityTransaction } from './activity-transaction.js';

const unrouted = new WeakMap<DataSource, () => QueryRunner>();

/**
 * Makes everything that a DataSource does inside an activity part of that activity's transaction. Repositories, query builders and managers that
 * are not bound to a query runner ask the DataSource for one with each statement: this is the one place where they can be told.
 *
 * @returns creates query runners that are not routed
 */
export function routeIntoActivities(dataSource: DataSource): () => QueryRunner {
  const known = unrouted.get(dataSource);
  if (known !== undefined) return known;
  const original = dataSource.createQueryRunner.bind(dataSource);
  dataSource.createQueryRunner = (mode) => ambientTransaction(dataSource)?.runner ?? original(mode);
  const create = (): QueryRunner => original('master');
  unrouted.set(dataSource, create);
  const gate = SqliteGate.of(dataSource);
  if (gate !== undefined) gate.heldByCaller = () => ambientTransaction(dataSource)?.holdsConnection === true;
  return create;
}

/** The transaction of the activity in whose asynchronous context this is called, if it is one of that DataSource. */
export function ambientTransaction(dataSource: DataSource): TypeOrmActivityTransaction | undefined {
  const transaction = currentActivity()?.transaction;
  return transaction instanceof TypeOrmActivityTransaction && transaction.dataSource === dataSource
    ? transaction
    : undefined;
}
