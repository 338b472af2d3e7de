import { TransactionEndedError } from '@romancy/core';
import type { QueryRunner } from 'typeorm';
import type { PgStatement, PipelineOutcome } from '../connection/pg-pipeline.js';
import { TransactionMisuseError } from '../errors/transaction-error.js';
import { driverCode, sqlErrorKind } from '../sql/sql-errors.js';
import { StatementSender } from './statement-sender.js';
import type { TransactionHost } from './transaction-host.js';

/** Fields of TypeORM's query runners that are not published, and kept in step here. */
type OpenRunner = QueryRunner & {
  isTransactionActive: boolean;
  transactionDepth: number;
  gateLabel?: string;
  /** The driver's connection, once there is one. */
  databaseConnection?: { destroy?(): void };
  releasePostgresConnection?(error: Error): Promise<void>;
};

type TransactionEvent = `${'Before' | 'After'}Transaction${'Start' | 'Commit' | 'Rollback'}`;
type Isolation = Parameters<QueryRunner['startTransaction']>[0];

const ENDS_TRANSACTION =
  /^\s*(?:begin|start\s+transaction|commit|end|abort|rollback(?!\s+(?:work\s+|transaction\s+)?to\b))\b/i;
// On these MySQL has rolled the whole transaction back; later statements would commit one by one.
const ENDED_BY_SERVER = ['ER_LOCK_DEADLOCK', 'ER_CHECKREAD'];

/**
 * The query runner that everything inside one attempt shares: its manager, injected repositories, query builders. BEGIN is sent before or with the first
 * statement, statements take turns, nested transactions are savepoints, and only the framework ends it.
 */
export class SharedRunner {
  readonly runner: OpenRunner;
  /** The way to the driver, behind the checks. */
  readonly sender: StatementSender;
  readonly #startTransaction: (isolation?: Isolation) => Promise<void>;
  readonly #commitTransaction: () => Promise<void>;
  readonly #rollbackTransaction: () => Promise<void>;
  readonly #release: () => Promise<void>;
  #begun: Promise<void> | undefined;
  #isOpen = false;
  /** The last of the statements that are under way, if there are any. */
  #tail: Promise<void> | undefined;
  #closed = false;
  #failure: unknown;
  #lastError: unknown;

  constructor(
    private readonly host: TransactionHost,
    private readonly label: string,
    private readonly onBegin: () => void,
  ) {
    const runner = host.createRunner() as OpenRunner;
    runner.gateLabel = label;
    this.runner = runner;
    this.sender = new StatementSender(runner, host.dialect);
    this.#startTransaction = runner.startTransaction.bind(runner);
    this.#commitTransaction = runner.commitTransaction.bind(runner);
    this.#rollbackTransaction = runner.rollbackTransaction.bind(runner);
    this.#release = runner.release.bind(runner);
    this.#patch();
  }

  /** The error that made the database give the transaction up, if it did. */
  get failure(): unknown {
    return this.#failure;
  }

  /** The error of the last statement, if it failed: what follows a success has been recovered from. */
  get lastError(): unknown {
    return this.#lastError;
  }

  get depth(): number {
    return this.runner.transactionDepth;
  }

  begin(): Promise<void> {
    this.#begun ??= this.#open().then(() => {
      this.#isOpen = true;
    });
    return this.#begun;
  }

  /** Lets no new statement in, if nothing is to be waited for: it has begun, and no statement is under way. */
  closeAtRest(): boolean {
    if (!this.#isOpen || this.#tail !== undefined) return false;
    this.#closed = true;
    return true;
  }

  /** Lets no new statement in and waits for those under way. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#tail;
  }

  async commit(): Promise<void> {
    if (this.host.begin.length === 0) {
      await this.#commitTransaction();
      return;
    }
    await this.#tell('BeforeTransactionCommit');
    await this.#sendCommit();
    this.#markEnded();
    await this.#tell('AfterTransactionCommit');
  }

  /** Commits together with a last statement, which fails if there must be no commit. */
  async commitWith(statement: PgStatement): Promise<PipelineOutcome> {
    if (this.#heard) await this.#tell('BeforeTransactionCommit');
    const outcome = await this.sender.commitWith(statement);
    if (outcome.failure !== undefined) return outcome;
    this.#markEnded();
    if (this.#heard) await this.#tell('AfterTransactionCommit');
    return outcome;
  }

  async rollback(): Promise<void> {
    const { runner } = this;
    if (this.host.begin.length === 0) {
      // All of it, whatever savepoints are still open. Some errors end SQLite's transaction by themselves: then only the turn is given back.
      runner.transactionDepth = Math.min(runner.transactionDepth, 1);
      await this.#rollbackTransaction().catch(() => undefined);
      return;
    }
    await this.#tell('BeforeTransactionRollback');
    await this.sender.query('ROLLBACK');
    this.#markEnded();
    await this.#tell('AfterTransactionRollback');
  }

  /** Gives the connection back. */
  release(): Promise<void> {
    this.#markEnded();
    return this.#release();
  }

  /** Gives up a connection on which a statement hangs: the server then takes everything back. */
  async abandon(): Promise<void> {
    if (this.runner.databaseConnection !== undefined && this.host.begin.length > 0) await this.destroy();
  }

  /** Ends the connection: it must not be used by anybody any more. */
  async destroy(): Promise<void> {
    const { runner } = this;
    if (runner.isReleased) return;
    if (runner.releasePostgresConnection !== undefined) {
      await runner.releasePostgresConnection(new Error('The connection is broken.'));
      return;
    }
    if (this.host.begin.length > 0) {
      const connection = (await Promise.resolve(runner.connect()).catch(() => undefined)) as
        { destroy?(): void } | undefined;
      connection?.destroy?.();
    }
    await this.release();
  }

  #patch(): void {
    const { runner } = this;
    // Repositories open a transaction of their own for a save unless one is active.
    runner.isTransactionActive = true;
    runner.query = ((sql: string, parameters?: unknown[], structured?: boolean) =>
      this.#statement(sql, parameters, structured)) as QueryRunner['query'];
    runner.connect = () => this.sender.connect();
    runner.startTransaction = async (isolation) => {
      this.#assertOpen();
      await this.begin();
      await this.#startTransaction(isolation);
    };
    runner.commitTransaction = () => this.#endNested(this.#commitTransaction);
    runner.rollbackTransaction = () => this.#endNested(this.#rollbackTransaction);
    const stream = runner.stream.bind(runner);
    runner.stream = async (...args) => {
      this.#assertOpen();
      await this.begin();
      return stream(...args);
    };
    runner.release = () => Promise.resolve();
  }

  #statement(sql: string, parameters?: unknown[], structured?: boolean): Promise<unknown> {
    // TypeORM's own commit and rollback come this way too; they are called by this class alone.
    if (this.#closed && (sql === 'COMMIT' || sql === 'ROLLBACK') && this.depth > 0)
      return this.sender.query(sql, parameters, structured);
    if (this.#closed) return Promise.reject(new TransactionEndedError(this.label));
    if (ENDS_TRANSACTION.test(sql)) return Promise.reject(this.#controlled());
    // The attempt may end while a connection is waited for.
    if (!this.#isOpen) return this.begin().then(() => this.#statement(sql, parameters, structured));
    const send = (): Promise<unknown> =>
      this.#failure === undefined ? this.sender.query(sql, parameters, structured) : Promise.reject(this.aborted());
    const result = this.#tail === undefined ? send() : this.#tail.then(send);
    const tail = result.then(
      () => {
        this.#lastError = undefined;
        if (this.#tail === tail) this.#tail = undefined;
      },
      (error: unknown) => {
        this.#note(error);
        if (this.#tail === tail) this.#tail = undefined;
      },
    );
    this.#tail = tail;
    return result;
  }

  async #open(): Promise<void> {
    const { runner } = this;
    const { begin } = this.host;
    this.onBegin();
    if (begin.length === 0) {
      runner.isTransactionActive = false;
      await this.#startTransaction();
      return;
    }
    if (this.#heard) await this.#tell('BeforeTransactionStart');
    await this.sender.open(begin);
    runner.transactionDepth = 1;
    if (this.#heard) await this.#tell('AfterTransactionStart');
  }

  #tell(event: TransactionEvent): Promise<void> {
    return this.runner.broadcaster.broadcast(event);
  }

  /** There are subscribers. TypeORM takes four promises to tell nobody. */
  get #heard(): boolean {
    return this.runner.dataSource.subscribers.length > 0;
  }

  async #endNested(end: () => Promise<void>): Promise<void> {
    this.#assertOpen();
    if (this.depth <= 1) throw this.#controlled();
    await end();
  }

  async #sendCommit(): Promise<void> {
    if (this.host.dialect.name !== 'postgres') {
      await this.sender.query('COMMIT');
      return;
    }
    // In an aborted transaction PostgreSQL answers COMMIT with ROLLBACK, and no error.
    const client = (await this.sender.connect()) as { query(text: string): Promise<{ readonly command: string }> };
    const { command } = await client.query('COMMIT');
    if (command !== 'COMMIT') throw this.aborted();
  }

  #markEnded(): void {
    this.runner.isTransactionActive = false;
    this.runner.transactionDepth = 0;
  }

  #note(error: unknown): void {
    // What follows an error in an aborted transaction says nothing about its cause.
    if (sqlErrorKind(error) !== 'aborted' && !(error instanceof TransactionMisuseError)) this.#lastError = error;
    if (ENDED_BY_SERVER.includes(driverCode(error) ?? '') || sqlErrorKind(error) === 'connection')
      this.#failure ??= error;
  }

  #assertOpen(): void {
    if (this.#closed) throw new TransactionEndedError(this.label);
  }

  /** The error for what is done in a transaction that the database has given up. */
  aborted(cause: unknown = this.#failure): TransactionMisuseError {
    return new TransactionMisuseError(
      'aborted',
      `The transaction of ${this.label} has been aborted by a statement that failed before. Let its error pass, or run such a statement in a nested manager.transaction(), which is a savepoint.`,
      cause,
    );
  }

  #controlled(): TransactionMisuseError {
    return new TransactionMisuseError(
      'control',
      `The framework begins and ends the transaction of ${this.label}. Use manager.transaction() for a part that may be rolled back alone, or declare the activity with transactional: false.`,
    );
  }
}
