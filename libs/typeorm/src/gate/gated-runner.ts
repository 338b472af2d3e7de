import type { QueryRunner } from 'typeorm';
import { TransactionMisuseError } from '../errors/transaction-error.js';
import type { Mutex, Release } from './mutex.js';

type Isolation = Parameters<QueryRunner['startTransaction']>[0];

/** What TypeORM's SQLite query runners have, and the gate relies on; part of it is not published. */
export interface SqliteRunner {
  isTransactionActive: boolean;
  isReleased: boolean;
  transactionDepth: number;
  readonly broadcaster: { broadcast(event: 'BeforeTransactionStart' | 'AfterTransactionStart'): Promise<void> };
  /** better-sqlite3 only: prepared statements by text. */
  stmtCache?: Map<string, unknown>;
  startTransaction(isolation?: Isolation): Promise<void>;
  commitTransaction(): Promise<void>;
  rollbackTransaction(): Promise<void>;
  query(query: string, parameters?: unknown[], structured?: boolean): Promise<unknown>;
  release(): Promise<void>;
}

export type SqliteRunnerClass = new (driver: unknown) => SqliteRunner;

/** What a runner needs of the gate. */
interface Gate {
  readonly mutex: Mutex;
  readonly inTransaction: boolean;
  readonly heldByCaller: () => boolean;
  begin(): Promise<void>;
  whileBusy<T>(attempt: () => Promise<T>): Promise<T>;
}

/** A query runner that has a name; the gate tells it to whoever waits. */
interface LabelledRunner {
  gateLabel?: string;
}

/**
 * The query runner of TypeORM's driver, one for each caller instead of one for all. It passes the gate once per statement, or once per
 * transaction: from BEGIN IMMEDIATE to the end.
 */
export function gatedRunnerClass(Base: SqliteRunnerClass, gate: Gate): SqliteRunnerClass {
  const statements = new Map<string, unknown>();

  return class GatedRunner extends Base implements LabelledRunner {
    gateLabel = 'a query';
    #release: Release | undefined;

    constructor(driver: unknown) {
      super(driver);
      if (this.stmtCache !== undefined) this.stmtCache = statements;
    }

    override async startTransaction(isolation?: Isolation): Promise<void> {
      if (this.transactionDepth > 0) return super.startTransaction(isolation);
      const release = await gate.mutex.acquire(this.#label('a transaction'));
      try {
        this.isTransactionActive = true;
        await this.broadcaster.broadcast('BeforeTransactionStart');
        await gate.begin();
        this.#release = release;
        this.transactionDepth = 1;
        await this.broadcaster.broadcast('AfterTransactionStart');
      } catch (error) {
        if (this.#release === undefined) {
          this.isTransactionActive = false;
          release();
        }
        throw error;
      }
    }

    override async commitTransaction(): Promise<void> {
      const outermost = this.transactionDepth === 1;
      await super.commitTransaction();
      if (outermost) this.#unlock();
    }

    override async rollbackTransaction(): Promise<void> {
      await this.#rollback();
    }

    async #rollback(): Promise<void> {
      const outermost = this.transactionDepth <= 1;
      try {
        await super.rollbackTransaction();
      } finally {
        if (outermost) this.#unlock();
      }
    }

    override async query(query: string, parameters?: unknown[], structured?: boolean): Promise<unknown> {
      if (this.#release !== undefined || gate.heldByCaller()) return this.#send(query, parameters, structured);
      const release = await gate.mutex.acquire(this.#label('a query'));
      try {
        const result = await gate.whileBusy(() => this.#send(query, parameters, structured));
        if (gate.inTransaction) {
          await this.#send('ROLLBACK', [], structured);
          throw new TransactionMisuseError(
            'control',
            'BEGIN was sent as a plain query. Use dataSource.transaction() or queryRunner.startTransaction(), which wait for their turn.',
          );
        }
        return result;
      } finally {
        release();
      }
    }

    override async release(): Promise<void> {
      if (this.#release !== undefined) await this.#rollback();
      await super.release();
      this.isReleased = true;
    }

    #send(query: string, parameters?: unknown[], structured?: boolean): Promise<unknown> {
      return super.query(query, parameters, structured);
    }

    #label(kind: string): string {
      return this.gateLabel === 'a query' ? kind : this.gateLabel;
    }

    #unlock(): void {
      this.#release?.();
      this.#release = undefined;
    }
  };
}
