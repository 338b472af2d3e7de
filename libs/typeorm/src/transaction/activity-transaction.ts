import {
  CommitUnknownError,
  SerializationConflictError,
  TransactionEndedError,
  type ActivityTransaction,
  type CommitEntry,
  type EntryVerdict,
} from '@romancy/core';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import type { ClosingWriter } from '../commit/closing-writer.js';
import { TransactionMisuseError } from '../errors/transaction-error.js';
import type { PipelineOutcome } from '../connection/pg-pipeline.js';
import { RunnerSession } from '../connection/runner-session.js';
import { drive } from '../sql/program.js';
import type { SqlStatement } from '../sql/statement.js';
import { sqlErrorKind, toStorageError, type WritePhase } from '../sql/sql-errors.js';
import { AfterCommit } from './after-commit.js';
import { SharedRunner } from './shared-runner.js';
import type { TransactionHost } from './transaction-host.js';

/** An entry that one statement writes, which travels with the commit. */
interface Closing {
  readonly entry: CommitEntry;
  readonly statement: SqlStatement;
  readonly writer: ClosingWriter;
}

type Failure = NonNullable<PipelineOutcome['failure']>;

const DONE: EntryVerdict = { kind: 'done' };
// A body that was aborted may be in the middle of a statement that takes for ever.
const ROLLBACK_PATIENCE_MS = 3000;
const DEEPEST_CAUSE = 10;

/** The database transaction of one attempt of an activity. It begins with its first statement; until then it costs nothing. */
export class TypeOrmActivityTransaction implements ActivityTransaction {
  #shared: SharedRunner | undefined;
  #state: 'unused' | 'open' | 'ended' = 'unused';
  #warning: NodeJS.Timeout | undefined;

  /** @internal */
  constructor(
    private readonly host: TransactionHost,
    readonly label: string,
  ) {}

  get used(): boolean {
    return this.#state === 'open';
  }

  /** Also true where the body swallowed the database's error and failed of its consequences. */
  conflictedBy(error: unknown): boolean {
    return isConflict(this.#shared?.lastError) || isConflict(error);
  }

  /** @internal The connection is in this transaction's hands right now. */
  get holdsConnection(): boolean {
    return this.#state === 'open' && this.#shared !== undefined && this.#shared.depth > 0;
  }

  /** Works inside the transaction. Must not be kept beyond the attempt. */
  get manager(): EntityManager {
    return this.runner.manager;
  }

  /** @internal The DataSource whose statements follow this transaction. */
  get dataSource(): DataSource {
    return this.host.dataSource;
  }

  /** @internal */
  get runner(): QueryRunner {
    return this.#made().runner;
  }

  #made(): SharedRunner {
    if (this.#shared === undefined) {
      this.#shared = new SharedRunner(this.host, this.label, () => this.#begun());
      // One that is asked for too late exists, but refuses every statement.
      if (this.#state === 'ended') void this.#shared.close();
    }
    return this.#shared;
  }

  async commit(entries: readonly CommitEntry[]): Promise<EntryVerdict> {
    if (this.#state === 'ended') throw new TransactionEndedError(this.label);
    const shared = this.#made();
    let phase: WritePhase = 'before-commit';
    try {
      if (!shared.closeAtRest()) {
        await shared.close();
        await shared.begin();
      }
      if (shared.failure !== undefined) throw toError(shared.failure);
      if (shared.depth > 1) throw this.#nestedOpen();
      const closing = this.#closing(shared, entries);
      if (closing !== undefined) {
        // What is lost from here on may have been committed.
        phase = 'commit';
        const { failure } = await shared.commitWith(this.#session(shared).toDriver(closing.statement));
        if (failure !== undefined) return await this.#refused(shared, closing, failure);
        await this.#committed(shared);
        return DONE;
      }
      const verdict = await this.#write(shared, entries);
      if (verdict.kind !== 'done') {
        await this.#end(() => shared.rollback());
        return verdict;
      }
      phase = 'commit';
      await shared.commit();
      await this.#committed(shared);
      return verdict;
    } catch (error) {
      const broken = error instanceof CommitUnknownError || sqlErrorKind(error) === 'connection';
      await this.#end(() => (broken ? shared.destroy() : shared.rollback()));
      throw this.#translated(error, phase, shared);
    }
  }

  async rollback(): Promise<void> {
    const before = this.#state;
    if (before === 'ended') return;
    const shared = this.#shared;
    this.#state = 'ended';
    if (shared === undefined) return;
    const orderly = this.#rollBack(shared, before === 'open');
    if (!(await settlesWithin(orderly, ROLLBACK_PATIENCE_MS))) await shared.abandon();
  }

  async #rollBack(shared: SharedRunner, begun: boolean): Promise<void> {
    await shared.close();
    await this.#end(async () => {
      if (!begun) return;
      await shared.begin();
      await shared.rollback();
    });
  }

  async #write(shared: SharedRunner, entries: readonly CommitEntry[]): Promise<EntryVerdict> {
    const session = this.#session(shared);
    const verdicts = await drive(this.host.writer.program(entries), ({ statements }) => session.send(statements));
    return verdicts.find(({ kind }) => kind !== 'done') ?? DONE;
  }

  /** The statement that can travel with the commit, if one is enough. */
  #closing({ sender }: SharedRunner, [entry, ...others]: readonly CommitEntry[]): Closing | undefined {
    const { closing } = this.host.writer;
    if (!sender.pipelines || closing === undefined || entry === undefined || others.length > 0) return undefined;
    const statement = closing.statementOf(entry);
    return statement && { entry, statement, writer: closing };
  }

  /** Finds out why the entry was refused, if it was: any other failure is thrown. */
  async #refused(shared: SharedRunner, { entry, writer }: Closing, { place, error }: Failure): Promise<EntryVerdict> {
    if (place !== 0 || !writer.isRefusal(error)) throw isAnswered(error) ? error : unknownCommit(error);
    let verdict: EntryVerdict = { kind: 'refused', reason: 'lost', row: undefined };
    const session = this.#session(shared);
    await this.#end(async () => {
      await shared.rollback();
      verdict = await drive(writer.refusal(entry), ({ statements }) => session.send(statements));
    });
    return verdict;
  }

  #session({ sender }: SharedRunner): RunnerSession {
    const { dialect, prepares } = this.host;
    return new RunnerSession(sender, dialect, { batches: false, prepares });
  }

  async #committed({ runner }: SharedRunner): Promise<void> {
    await this.#end();
    AfterCommit.find(runner)?.committed();
  }

  /** Ends the attempt's use of the connection, whatever happens on the way. */
  async #end(work?: () => Promise<void>): Promise<void> {
    this.#state = 'ended';
    clearTimeout(this.#warning);
    const shared = this.#shared;
    if (shared === undefined) return;
    try {
      if (work !== undefined) await work();
    } catch {
      await shared.destroy();
      return;
    }
    if (!shared.runner.isReleased) await shared.release();
  }

  #begun(): void {
    this.#state = 'open';
    const { warnAfterMs, logger } = this.host;
    if (warnAfterMs <= 0) return;
    const since = Date.now();
    this.#warning = setInterval(() => {
      logger.warn('The transaction of an activity is held for long; others may be waiting for it.', {
        activity: this.label,
        heldMs: Date.now() - since,
      });
    }, warnAfterMs).unref();
  }

  #nestedOpen(): TransactionMisuseError {
    return new TransactionMisuseError(
      'control',
      `${this.label} returned while a nested transaction was still open. Await manager.transaction() before returning.`,
    );
  }

  #translated(error: unknown, phase: WritePhase, shared: SharedRunner): unknown {
    if (sqlErrorKind(error) === 'aborted') {
      return sqlErrorKind(shared.lastError) === 'conflict'
        ? new SerializationConflictError('A statement of the activity lost against another transaction.', {
            cause: shared.lastError,
          })
        : shared.aborted(shared.lastError);
    }
    return toStorageError(error, phase);
  }
}

/** Whether this error, or what it says was its cause, is that of a lost conflict. */
function isConflict(error: unknown, depth = 0): boolean {
  if (sqlErrorKind(error) === 'conflict') return true;
  return error instanceof Error && depth < DEEPEST_CAUSE && isConflict(error.cause, depth + 1);
}

/** Whether the server has said this, and so has not committed. */
function isAnswered(error: Error): boolean {
  return 'severity' in error && sqlErrorKind(error) !== 'connection';
}

/** A time limit of the driver, a broken line: the server may still carry out all that was sent. */
function unknownCommit(error: Error): CommitUnknownError {
  return new CommitUnknownError(`Nothing was heard of the commit: ${error.message}`, { cause: error });
}

/** Whether the work ends in time. It goes on if not. */
async function settlesWithin(work: Promise<void>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
