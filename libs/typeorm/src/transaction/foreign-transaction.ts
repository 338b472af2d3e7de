import {
  EntryConflictError,
  type ExistingInstance,
  type ForeignTransaction,
  type NewInstance,
  type NewMessage,
  type NewOutboxEvent,
} from '@romancy/core';
import type { EntityManager, QueryRunner } from 'typeorm';
import { OutboxInsert } from '../commit/outbox-insert.js';
import { StartInserts } from '../commit/start-inserts.js';
import { RunnerSession } from '../connection/runner-session.js';
import type { Dialect } from '../dialect/dialect.js';
import { TransactionMisuseError } from '../errors/transaction-error.js';
import { StagedMessages } from '../messages/staged-messages.js';
import { readInstances } from '../sql/instance-sql.js';
import { drive, run, runOne, type SqlProgram } from '../sql/program.js';
import { sqlErrorKind, toStorageError } from '../sql/sql-errors.js';
import { sql } from '../sql/statement.js';
import { readLatest } from '../stores/newest-generation.js';
import { AfterCommit } from './after-commit.js';
import { dialectOf } from './applications.js';
import { ambientTransaction } from './ambient-routing.js';

/** The transaction of the caller, as the engine writes in it. */
class TypeOrmForeignTransaction implements ForeignTransaction {
  readonly #runner: QueryRunner;
  private readonly dialect: Dialect;

  constructor(manager: EntityManager) {
    const dialect = dialectOf(manager.dataSource);
    if (dialect === undefined) {
      throw new TransactionMisuseError(
        'no-transaction',
        'This EntityManager belongs to a DataSource that no open storage works with. Hand that DataSource to Romancy, or use the one that Romancy has made.',
      );
    }
    this.dialect = dialect;
    const runner = manager.queryRunner ?? ambientTransaction(manager.dataSource)?.runner;
    if (!runner?.isTransactionActive) {
      throw new TransactionMisuseError(
        'no-transaction',
        'This EntityManager is in no transaction. Pass the one that dataSource.transaction(async (manager) => …) hands over.',
      );
    }
    this.#runner = runner;
  }

  insertInstance(instance: NewInstance): Promise<boolean> {
    return this.#run(insertInstance(this.dialect, { ...instance, lock: null }));
  }

  async findInstance(instanceId: string): Promise<ExistingInstance | undefined> {
    return (await this.#run(readInstances(this.dialect, [instanceId]))).get(instanceId);
  }

  latestInstance(instanceId: string): Promise<ExistingInstance | undefined> {
    return this.#run(readLatest(this.dialect, instanceId));
  }

  async stageMessages(messages: readonly NewMessage[]): Promise<void> {
    await this.#run(run(new StagedMessages(this.dialect).stage(messages)));
  }

  async insertOutbox(events: readonly NewOutboxEvent[]): Promise<void> {
    await this.#run(run(new OutboxInsert(this.dialect).of(events)));
  }

  afterCommit(callback: () => void): void {
    AfterCommit.of(this.#runner).register(callback);
  }

  async #run<T>(program: SqlProgram<T>): Promise<T> {
    const session = new RunnerSession(this.#runner, this.dialect, { batches: false, prepares: false });
    try {
      return await drive(program, ({ statements }) => session.send(statements));
    } catch (error) {
      throw toStorageError(error, 'before-commit');
    }
  }
}

/**
 * Writes in the transaction of a manager: the caller's own, or an activity's. Its DataSource must be the one of an open {@link TypeOrmStorage}.
 */
export function foreignTransaction(manager: EntityManager): ForeignTransaction {
  return new TypeOrmForeignTransaction(manager);
}

/** Looks before it writes: on PostgreSQL a statement that fails would take the caller's transaction with it. */
function* insertInstance(dialect: Dialect, instance: NewInstance): SqlProgram<boolean> {
  const { rows } = yield* runOne(
    sql('SELECT 1 AS found FROM workflow_definitions WHERE workflow_name = ? AND source_hash = ?', [
      instance.workflowName,
      instance.sourceHash,
    ]),
  );
  if (rows.length === 0) {
    throw new EntryConflictError(
      'definition',
      `The definition of the workflow ${instance.workflowName} is not in the database.`,
    );
  }
  try {
    const [result] = yield* run(new StartInserts(dialect).singly([instance]));
    return !dialect.tellsKept || result?.affected === 1;
  } catch (error) {
    if (!dialect.tellsKept && sqlErrorKind(error) === 'unique') return false;
    throw error;
  }
}
