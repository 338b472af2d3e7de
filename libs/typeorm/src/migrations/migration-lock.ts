import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, QueryRunner } from 'typeorm';
import type { Dialect } from '../dialect/dialect.js';
import { MigrationError } from '../errors/migration-error.js';
import { driverCode } from '../sql/sql-errors.js';

/** Ours is held for all migrations. The family's is that of a sibling, so that the two never make the shared tables at the same time. */
type LockName = 'own' | 'family';

const POSTGRES_KEYS: Readonly<Record<LockName, string>> = { own: '20261123000000', family: '20251217000000' };
// Names are those of the whole server; ours is of one database.
const MYSQL_NAMES: Readonly<Record<LockName, string>> = {
  own: `CONCAT('romancy_migration:', LEFT(SHA2(DATABASE(), 256), 40))`,
  family: `'edda_migration'`,
};
const PATIENCE_MS = 120_000;
const POLL_MS = 50;
const REFUSED_LOCK = 'ER_NOT_SUPPORTED_YET';

/** A connection for changes of the tables: one session, which can hold a lock. */
export async function withRunner<T>(engine: DataSource, work: (runner: QueryRunner) => Promise<T>): Promise<T> {
  const runner = engine.createQueryRunner();
  try {
    return await work(runner);
  } finally {
    await runner.release();
  }
}

/** Holds the lock of migrations while `work` runs. On SQLite that is the write transaction in which it runs. */
export async function underMigrationLock<T>(runner: QueryRunner, dialect: Dialect, work: () => Promise<T>): Promise<T> {
  return dialect.name === 'sqlite' ? inTransaction(runner, work) : underLock(runner, dialect, 'own', work);
}

/** Holds the family's lock, too, and that for moments: Edda waits for it for a second, and then goes on without the tables. */
export async function underFamilyLock<T>(runner: QueryRunner, dialect: Dialect, work: () => Promise<T>): Promise<T> {
  return dialect.name === 'sqlite' ? work() : underLock(runner, dialect, 'family', work);
}

async function underLock<T>(runner: QueryRunner, dialect: Dialect, name: LockName, work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await tryLock(runner, dialect, name))) {
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
    await unlock(runner, dialect, name);
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

async function tryLock(runner: QueryRunner, dialect: Dialect, name: LockName): Promise<boolean> {
  const statement =
    dialect.name === 'postgres'
      ? `SELECT CASE WHEN pg_try_advisory_lock(${POSTGRES_KEYS[name]}) THEN 1 ELSE 0 END AS locked`
      : `SELECT GET_LOCK(${MYSQL_NAMES[name]}, 1) AS locked`;
  try {
    const [row] = (await runner.query(statement)) as readonly { locked: unknown }[];
    return Number(row?.locked) === 1;
  } catch (error) {
    if (driverCode(error) !== REFUSED_LOCK) throw error;
    throw new MigrationError(
      `The server refuses named locks, as some releases of MariaDB do in a cluster. Run the files in migrations/ with dbmate, and start with migrations: 'verify' and liveness: false.`,
      { cause: error },
    );
  }
}

async function unlock(runner: QueryRunner, dialect: Dialect, name: LockName): Promise<void> {
  if (runner.isReleased) return;
  await runner.query(
    dialect.name === 'postgres'
      ? `SELECT pg_advisory_unlock(${POSTGRES_KEYS[name]})`
      : `SELECT RELEASE_LOCK(${MYSQL_NAMES[name]})`,
  );
}
