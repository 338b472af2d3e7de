import { setTimeout as sleep } from 'node:timers/promises';
import type { QueryRunner } from 'typeorm';
import type { Dialect } from '../dialect/dialect.js';
import { MigrationError } from '../errors/migration-error.js';

// The locks that a sibling takes for its own migrations, so that the two never run at the same time.
const ADVISORY_KEY = '20251217000000';
const LOCK_NAME = 'edda_migration';
const PATIENCE_MS = 120_000;
const POLL_MS = 50;

/** Holds the lock of migrations while `work` runs. On SQLite that is the write transaction in which it runs. */
export async function underMigrationLock<T>(runner: QueryRunner, dialect: Dialect, work: () => Promise<T>): Promise<T> {
  if (dialect.name === 'sqlite') return inTransaction(runner, work);
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await tryLock(runner, dialect))) {
    if (Date.now() > deadline) {
      throw new MigrationError(
        `Another process has held the migration lock for ${PATIENCE_MS / 1000} s. See what it is doing, then start again.`,
      );
    }
    await sleep(POLL_MS);
  }
  try {
    return await work();
  } finally {
    await unlock(runner, dialect);
  }
}

export async function inTransaction<T>(runner: QueryRunner, work: () => Promise<T>): Promise<T> {
  await runner.startTransaction();
  try {
    const result = await work();
    await runner.commitTransaction();
    return result;
  } catch (error) {
    if (runner.isTransactionActive) await runner.rollbackTransaction();
    throw error;
  }
}

async function tryLock(runner: QueryRunner, dialect: Dialect): Promise<boolean> {
  const statement =
    dialect.name === 'postgres'
      ? `SELECT CASE WHEN pg_try_advisory_lock(${ADVISORY_KEY}) THEN 1 ELSE 0 END AS locked`
      : `SELECT GET_LOCK('${LOCK_NAME}', 1) AS locked`;
  const [row] = (await runner.query(statement)) as readonly { locked: unknown }[];
  return Number(row?.locked) === 1;
}

async function unlock(runner: QueryRunner, dialect: Dialect): Promise<void> {
  if (runner.isReleased) return;
  await runner.query(
    dialect.name === 'postgres' ? `SELECT pg_advisory_unlock(${ADVISORY_KEY})` : `SELECT RELEASE_LOCK('${LOCK_NAME}')`,
  );
}
