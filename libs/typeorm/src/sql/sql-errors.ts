import {
  CommitUnknownError,
  EntryConflictError,
  RomancyError,
  SerializationConflictError,
  StorageUnavailableError,
} from '@romancy/core';
import { GateTimeoutError } from '../errors/gate-timeout-error.js';

/** What a driver's error means to the engine. */
export type SqlErrorKind =
  'unique' | 'definition' | 'value' | 'conflict' | 'aborted' | 'connection' | 'unavailable' | 'other';

interface DriverError {
  readonly code?: unknown;
  readonly errno?: unknown;
  readonly constraint?: unknown;
  readonly message?: unknown;
  readonly fatal?: unknown;
}

const KINDS: Readonly<Record<string, SqlErrorKind>> = {
  // PostgreSQL
  '23505': 'unique',
  '23503': 'definition',
  '23502': 'value',
  '23514': 'value',
  '40001': 'conflict',
  '40P01': 'conflict',
  '55P03': 'conflict',
  '25P02': 'aborted',
  '25006': 'unavailable',
  '57014': 'conflict',
  '54000': 'value',
  '57P01': 'connection',
  '57P02': 'connection',
  '57P03': 'unavailable',
  '57P05': 'connection',
  // MySQL and MariaDB
  ER_DUP_ENTRY: 'unique',
  ER_DUP_KEY: 'unique',
  ER_NO_REFERENCED_ROW: 'definition',
  ER_NO_REFERENCED_ROW_2: 'definition',
  ER_DATA_TOO_LONG: 'value',
  ER_TRUNCATED_WRONG_VALUE: 'value',
  ER_TRUNCATED_WRONG_VALUE_FOR_FIELD: 'value',
  ER_WARN_DATA_OUT_OF_RANGE: 'value',
  ER_BAD_NULL_ERROR: 'value',
  ER_CHECK_CONSTRAINT_VIOLATED: 'value',
  // 4025 in MariaDB: a CHECK that failed. mysql2 names errors by MySQL's list, where the number means something else.
  ER_INNODB_AUTOEXTEND_SIZE_OUT_OF_RANGE: 'value',
  ER_NET_PACKET_TOO_LARGE: 'value',
  ER_LOCK_DEADLOCK: 'conflict',
  ER_LOCK_WAIT_TIMEOUT: 'conflict',
  ER_LOCK_NOWAIT: 'conflict',
  ER_CHECKREAD: 'conflict',
  ER_CON_COUNT_ERROR: 'unavailable',
  ER_TOO_MANY_USER_CONNECTIONS: 'unavailable',
  // 1047: a node that is not, or no longer, part of the majority of its cluster
  ER_UNKNOWN_COM_ERROR: 'unavailable',
  // 1180: the node lost its cluster while it committed; the others may have the transaction
  ER_ERROR_DURING_COMMIT: 'connection',
  ER_SERVER_SHUTDOWN: 'connection',
  ER_NORMAL_SHUTDOWN: 'connection',
  ER_QUERY_INTERRUPTED: 'connection',
  ER_OPTION_PREVENTS_STATEMENT: 'unavailable',
  ER_CLIENT_INTERACTION_TIMEOUT: 'connection',
  PROTOCOL_CONNECTION_LOST: 'connection',
  PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR: 'connection',
  PROTOCOL_ENQUEUE_AFTER_QUIT: 'connection',
  POOL_CLOSED: 'unavailable',
  // sockets
  ECONNREFUSED: 'unavailable',
  ENOTFOUND: 'unavailable',
  EHOSTUNREACH: 'unavailable',
  EAI_AGAIN: 'unavailable',
  ECONNRESET: 'connection',
  EPIPE: 'connection',
  ETIMEDOUT: 'connection',
  // SQLite
  SQLITE_CONSTRAINT_UNIQUE: 'unique',
  SQLITE_CONSTRAINT_PRIMARYKEY: 'unique',
  SQLITE_CONSTRAINT_FOREIGNKEY: 'definition',
  SQLITE_CONSTRAINT_NOTNULL: 'value',
  SQLITE_CONSTRAINT_CHECK: 'value',
  SQLITE_TOOBIG: 'value',
  SQLITE_MISMATCH: 'value',
  SQLITE_FULL: 'unavailable',
  SQLITE_CANTOPEN: 'unavailable',
  SQLITE_NOMEM: 'unavailable',
};

/** PostgreSQL's classes of codes: data, the connection, resources. */
const POSTGRES_CLASSES: Readonly<Record<string, SqlErrorKind>> = {
  '22': 'value',
  '08': 'connection',
  '53': 'unavailable',
};

/** Numbers of MariaDB's own, for which mysql2 has no name. */
const NUMBERS: Readonly<Record<number, SqlErrorKind>> = {
  1927: 'connection', // killed
  1969: 'conflict', // max_statement_time
};

/** Prefixes of codes, where a whole class of them means the same. */
const PREFIXES: readonly (readonly [string, SqlErrorKind])[] = [
  ['SQLITE_BUSY', 'conflict'],
  ['SQLITE_LOCKED', 'conflict'],
  ['SQLITE_IOERR', 'unavailable'],
  ['SQLITE_READONLY', 'unavailable'],
];

// The package sqlite3 gives every violated constraint one code; its texts are those of SQLite's own source.
const SQLITE3_TEXTS: readonly (readonly [string, SqlErrorKind])[] = [
  ['UNIQUE constraint failed', 'unique'],
  ['FOREIGN KEY constraint failed', 'definition'],
  ['constraint failed', 'value'],
];

// pg and its pool raise some errors of the connection without any code.
const CONNECTION_TEXTS =
  /^(Connection terminated|Client has encountered a connection error|Client was closed|This socket has been ended|Cannot use a pool after|timeout exceeded when trying to connect)/;

function driverErrorOf(error: unknown): DriverError | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const inner = (error as { driverError?: unknown }).driverError;
  return typeof inner === 'object' && inner !== null ? inner : error;
}

/** The driver's own code of an error, through TypeORM's wrapping. */
export function driverCode(error: unknown): string | undefined {
  const code = driverErrorOf(error)?.code;
  return typeof code === 'string' ? code : undefined;
}

export function sqlErrorKind(error: unknown): SqlErrorKind {
  if (error instanceof GateTimeoutError) return 'unavailable';
  const driverError = driverErrorOf(error);
  if (driverError === undefined) return 'other';
  const message = typeof driverError.message === 'string' ? driverError.message : '';
  const coded = kindOfCode(driverCode(error), message) ?? kindOfNumber(driverError.errno);
  if (coded !== undefined) return coded;
  if (driverError.fatal === true || CONNECTION_TEXTS.test(message)) return 'connection';
  return driverError instanceof RangeError ? 'value' : 'other';
}

function kindOfCode(code: string | undefined, message: string): SqlErrorKind | undefined {
  if (code === undefined) return undefined;
  if (code === 'SQLITE_CONSTRAINT') return SQLITE3_TEXTS.find(([text]) => message.includes(text))?.[1] ?? 'value';
  const ofClass = code.length === 5 ? POSTGRES_CLASSES[code.slice(0, 2)] : undefined;
  return KINDS[code] ?? ofClass ?? PREFIXES.find(([prefix]) => code.startsWith(prefix))?.[1];
}

function kindOfNumber(errno: unknown): SqlErrorKind | undefined {
  return typeof errno === 'number' ? NUMBERS[errno] : undefined;
}

/** Where the write was when it failed: the same broken connection means "not written" before the commit and "nobody knows" during it. */
export type WritePhase = 'before-commit' | 'commit';

/** Translates a driver's error into what the ports promise. What is not understood is passed on as it is. */
export function toStorageError(error: unknown, phase: WritePhase): unknown {
  if (error instanceof RomancyError && !(error instanceof GateTimeoutError)) return error;
  const text = error instanceof Error ? error.message : String(error);
  switch (sqlErrorKind(error)) {
    case 'unique':
      return new EntryConflictError('unique', `A row with this key exists already: ${text}`, error);
    case 'definition':
      return isMissingPredecessor(error)
        ? new EntryConflictError('value', `The instance that this one continues does not exist: ${text}`, error)
        : new EntryConflictError('definition', `The definition of the workflow is not in the database: ${text}`, error);
    case 'value':
      return new EntryConflictError('value', `The database refuses a value: ${text}`, error);
    case 'conflict':
      return new SerializationConflictError(`Another transaction is in the way: ${text}`, { cause: error });
    case 'connection':
      return phase === 'commit'
        ? new CommitUnknownError(`The connection was lost during the commit: ${text}`, { cause: error })
        : new StorageUnavailableError(`The connection to the database was lost: ${text}`, { cause: error });
    case 'unavailable':
      return new StorageUnavailableError(`The database cannot be used: ${text}`, { cause: error });
    case 'aborted':
    case 'other':
      return error;
  }
}

/** PostgreSQL and MySQL name the column of the foreign key that failed; SQLite names nothing. */
function isMissingPredecessor(error: unknown): boolean {
  const { constraint, message } = driverErrorOf(error) ?? {};
  return [constraint, message].some((text) => typeof text === 'string' && text.includes('continued_from'));
}
