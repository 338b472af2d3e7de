import type { Dialect } from '../dialect/dialect.js';
import { sql, type SqlStatement } from '../sql/statement.js';

/**
 * A lock that a database session holds for as long as it lives, named by a worker's id. PostgreSQL has advisory locks by number, of one database;
 * MySQL and MariaDB have locks by name, of the whole server.
 */
const POSTGRES_KEY = (id: string): string => `hashtextextended('romancy worker ' || ${id}, 0)`;
const MYSQL_NAME = (id: string): string => `CONCAT('romancy:', LEFT(SHA2(${id}, 256), 40))`;

/**
 * MySQL and MariaDB: the server of a connection. Where several can be written (Galera, group replication), a lock is known to one of them alone,
 * and a session on another one says nothing.
 */
export const MYSQL_SERVER = `CONCAT(@@hostname, ':', @@port)`;

/** Takes the lock without waiting; answers `taken`, the `session` that has it, and on MySQL and MariaDB its `server`. */
export function takeLock(dialect: Dialect, workerId: string): SqlStatement {
  return dialect.name === 'postgres'
    ? sql(
        `SELECT CAST(pg_try_advisory_lock(${POSTGRES_KEY('CAST(? AS TEXT)')}) AS INT) AS taken, pg_backend_pid() AS session`,
        [workerId],
      )
    : sql(`SELECT GET_LOCK(${MYSQL_NAME('?')}, 0) AS taken, CONNECTION_ID() AS session, ${MYSQL_SERVER} AS server`, [
        workerId,
      ]);
}

/** Answers the `session` of the connection that asks, and the `holder` of the lock as it is seen from there. */
export function lockHolder(dialect: Dialect, workerId: string): SqlStatement {
  return dialect.name === 'postgres'
    ? sql(`SELECT pg_backend_pid() AS session, (SELECT MAX(l.pid) FROM ${heldLocks('CAST(? AS TEXT)')}) AS holder`, [
        workerId,
      ])
    : sql(`SELECT CONNECTION_ID() AS session, IS_USED_LOCK(${MYSQL_NAME('?')}) AS holder`, [workerId]);
}

/** Condition: some session holds the lock of the worker in this column. */
export function isHeld(dialect: Dialect, column: string): string {
  return dialect.name === 'postgres'
    ? `EXISTS (SELECT 1 FROM ${heldLocks(column)})`
    : `IS_USED_LOCK(${MYSQL_NAME(column)}) IS NOT NULL`;
}

function heldLocks(id: string): string {
  return (
    `pg_locks l WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1` +
    ` AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())` +
    ` AND (CAST(CAST(l.classid AS BIGINT) << 32 AS BIGINT) | CAST(l.objid AS BIGINT)) = ${POSTGRES_KEY(id)}`
  );
}
