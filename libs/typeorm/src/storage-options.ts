import type { Logger } from '@romancy/core';
import type { DataSource, DataSourceOptions } from 'typeorm';
import type { StatementObserver } from './connection/backend.js';
import type { IndexSet } from './migrations/lean-indexes.js';
import type { MigrationMode } from './migrations/migrator.js';

/** Where the tables are: a database of which the storage makes its own DataSource, or the application's DataSource. */
export type StorageTarget =
  | {
      /** A URL, a file name, or TypeORM's options (for a DataSource with the application's entities). */
      readonly database: string | DataSourceOptions;
      readonly dataSource?: never;
    }
  | {
      /** The application's DataSource. It stays the application's: the storage never closes one that it was given open. */
      readonly dataSource: DataSource;
      readonly database?: never;
    };

/** Settings that have a default. */
export interface StorageSettings {
  /** `'apply'` (default) brings the tables up to date at start, `'verify'` refuses to start without them, `'off'` does not look. */
  readonly migrations?: MigrationMode;
  /**
   * Which indexes the tables have that are shared with the siblings. `'lean'` drops those that only siblings need, and every write gets cheaper;
   * refused with MigrationError (`ROMANCY_MIGRATION`) where another framework has rows. `'family'` makes them again. Default: as they are; a new
   * database has the family's. Changed at start under the lock of the migrations, with `migrations: 'apply'` only.
   *
   * @example
   * const storage = new TypeOrmStorage({ database: 'postgres://localhost/orders', indexes: 'lean' });
   */
  readonly indexes?: IndexSet;
  /** Connections that the committer takes on a server. Default 2; SQLite has one. */
  readonly commitSessions?: number;
  /** Connections of the engine's own pool on a server, those of the committer included; the session that shows that this process lives comes on top. Default 6. */
  readonly poolSize?: number;
  /** Connections for user code on a server, where the storage makes the DataSource. Default 10. */
  readonly applicationPoolSize?: number;
  /** PostgreSQL: whether the few statements of the hot path are prepared. Default true; false for a PgBouncer before 1.21 in transaction mode. */
  readonly preparedStatements?: boolean;
  /**
   * PostgreSQL: whether processes tell each other of messages and changes, on one more connection per process. Default true. Without it, as on
   * the other databases, they look. False for a pooler in transaction mode, which does not pass notifications on.
   */
  readonly notifications?: boolean;
  /** SQLite: `'better-sqlite3'` (default) or the package `sqlite3`. Only with `database` as text. */
  readonly driver?: 'better-sqlite3' | 'sqlite3';
  /** SQLite: `'FULL'` (default) survives a power cut; `'NORMAL'` may lose the last commits in one, but never breaks the file. */
  readonly synchronous?: 'FULL' | 'NORMAL';
  /** SQLite: how long a caller waits for other processes that write to the file. Default 10 000. */
  readonly busyTimeoutMs?: number;
  /** SQLite: how long a caller waits for its turn in this process, before an error names who holds the connection. Default 30 000. */
  readonly gateTimeoutMs?: number;
  /** A transaction of an activity that is open for longer is reported with the activity's name. Default 5000; 0 reports none. */
  readonly transactionWarnAfterMs?: number;
  readonly logger?: Logger;
  /** Sees each text that is sent over the engine's own connections. */
  readonly onStatement?: StatementObserver;
}

export type TypeOrmStorageOptions = StorageTarget & StorageSettings;
