import type { DataSource } from 'typeorm';
import type { Dialect } from '../dialect/dialect.js';
import type { SqlProgram } from '../sql/program.js';
import type { SqlResult, SqlStatement } from '../sql/statement.js';

/** How a program is committed: as its one writing statement, or as a transaction. */
export type WriteKind = 'autocommit' | 'transaction';

/** A connection on which nothing else can come between. Its errors are those of the ports. */
export interface WriteSession {
  write<T>(kind: WriteKind, program: SqlProgram<T>): Promise<T>;
  release(): void;
}

/** A connection that is kept for the sake of its session. Its errors are those of the ports. */
export interface DedicatedSession {
  /** Resolves when the connection is gone, as soon as the driver hears of it. */
  readonly lost: Promise<void>;
  run(statement: SqlStatement): Promise<SqlResult>;
  /** Ends the connection. */
  close(): Promise<void>;
}

/** The application's DataSource. */
export interface Application {
  readonly dataSource: DataSource;
  /** The storage has made it, and set its sessions up. */
  readonly made: boolean;
  /** The storage has opened it, and closes it. */
  readonly opened: boolean;
}

/** The database as the engine reaches it: over connections that activities cannot use up (E14a). */
export interface Backend {
  readonly dialect: Dialect;
  /** The DataSource of user code. */
  readonly application: DataSource;
  /** Whether the storage has made it, and set its sessions up. */
  readonly applicationMade: boolean;
  /** The engine's own; knows the shared tables as entities. */
  readonly engine: DataSource;
  /** Connections for the committer. */
  readonly sessions: number;
  acquireSession(): Promise<WriteSession>;
  read<T>(program: SqlProgram<T>): Promise<T>;
  /** @param label names the caller to whoever waits for it */
  write<T>(label: string, kind: WriteKind, program: SqlProgram<T>): Promise<T>;
  /** Through a repository or query builder of {@link engine}. */
  find<T>(query: () => Promise<T>): Promise<T>;
  /** A connection of its own, beside all others. Only a server has sessions. */
  openDedicated?(): Promise<DedicatedSession>;
  close(): Promise<void>;
}

/** Sees each text that the engine sends, which may hold several statements; for diagnostics and tests. */
export type StatementObserver = (sql: string) => void;
