import type { DataSource } from 'typeorm';
import { DriverError } from '../errors/driver-error.js';
import { whileBusy } from './busy.js';
import { gatedRunnerClass, type SqliteRunner, type SqliteRunnerClass } from './gated-runner.js';
import { Mutex } from './mutex.js';
import {
  asyncHandle,
  syncHandle,
  type AsyncDatabase,
  type NativeDatabase,
  type SqliteHandle,
} from './sqlite-handle.js';

export interface GateOptions {
  /** How long a caller waits for its turn inside this process. */
  readonly waitTimeoutMs: number;
  /** How long a caller waits for other processes that write to the file. */
  readonly busyTimeoutMs: number;
}

/** What is used of TypeORM's SQLite drivers. */
interface SqliteDriver {
  queryRunner?: unknown;
  databaseConnection?: NativeDatabase | AsyncDatabase;
  createQueryRunner(mode: string): unknown;
}

const RUNNER_METHODS = ['query', 'startTransaction', 'commitTransaction', 'rollbackTransaction', 'release'] as const;
const gates = new WeakMap<object, SqliteGate>();

/**
 * The one way to a SQLite connection. TypeORM hands the same query runner to everybody, so that a second transaction becomes a savepoint of the
 * first and is lost with it; behind the gate every caller has a runner of its own, and they take turns.
 */
export class SqliteGate {
  readonly mutex: Mutex;
  /** Whether the caller is inside the very transaction that holds the connection: then waiting for it would never end. */
  heldByCaller: () => boolean;
  #handle: SqliteHandle | undefined;

  private constructor(
    private readonly driver: SqliteDriver,
    private readonly options: GateOptions,
    shared: SqliteGate | undefined,
  ) {
    this.mutex = shared?.mutex ?? new Mutex(options.waitTimeoutMs);
    this.heldByCaller = () => shared?.heldByCaller() ?? false;
  }

  /** Puts the gate before a DataSource; a second call answers the same gate. `shared` is the gate of a DataSource on the same connection. */
  static install(dataSource: DataSource, options: GateOptions, shared?: SqliteGate): SqliteGate {
    const driver = dataSource.driver as unknown as SqliteDriver;
    const existing = gates.get(driver);
    if (existing !== undefined) return existing;
    const gate = new SqliteGate(driver, options, shared);
    const Runner = gatedRunnerClass(runnerClassOf(driver), gate);
    driver.createQueryRunner = () => new Runner(driver);
    gates.set(driver, gate);
    return gate;
  }

  static of(dataSource: DataSource): SqliteGate | undefined {
    return gates.get(dataSource.driver);
  }

  /** The connection itself. Only the holder of the mutex may use it. */
  get handle(): SqliteHandle {
    if (this.#handle === undefined) {
      const database = this.driver.databaseConnection;
      if (database === undefined) throw new DriverError('The SQLite DataSource is not initialized.');
      this.#handle = 'prepareAsync' in database ? asyncHandle(database) : syncHandle(database);
    }
    return this.#handle;
  }

  /** Whether a transaction is open on the connection, where the driver can tell. */
  get inTransaction(): boolean {
    const database = this.driver.databaseConnection;
    return database !== undefined && 'inTransaction' in database && database.inTransaction;
  }

  async begin(): Promise<void> {
    await this.whileBusy(() => this.handle.execute({ sql: 'BEGIN IMMEDIATE', params: [] }));
  }

  whileBusy<T>(attempt: () => T | Promise<T>): Promise<T> {
    return whileBusy(this.options.busyTimeoutMs, attempt);
  }
}

/** The class of the driver's own runner, taken from a sample so that it comes from the application's copy of TypeORM. */
function runnerClassOf(driver: SqliteDriver): SqliteRunnerClass {
  const before = driver.queryRunner;
  const sample = driver.createQueryRunner('master') as Partial<SqliteRunner>;
  driver.queryRunner = before;
  const complete =
    RUNNER_METHODS.every((name) => typeof sample[name] === 'function') &&
    sample.transactionDepth === 0 &&
    sample.isTransactionActive === false &&
    typeof sample.broadcaster?.broadcast === 'function';
  if (!complete) {
    throw new DriverError(
      'The SQLite query runner of this TypeORM version is not built as expected, so transactions cannot be kept apart. Use a TypeORM version that this release of @romancy/typeorm names as a peer.',
    );
  }
  return sample.constructor as SqliteRunnerClass;
}
