import type { DataSource, QueryRunner } from 'typeorm';
import type { Dialect } from '../dialect/dialect.js';
import type { SqlProgram } from '../sql/program.js';
import { toStorageError } from '../sql/sql-errors.js';
import type { Backend, StatementObserver, WriteKind, WriteSession } from './backend.js';
import { RunnerSession } from './runner-session.js';
import { Semaphore } from './semaphore.js';
import { inTransaction, autocommitted } from './server-transaction.js';

export interface ServerOptions {
  readonly applicationOwned: boolean;
  readonly sessions: number;
  readonly observe: StatementObserver | undefined;
  /** Sent once on each connection that the committer takes for itself. */
  readonly prepareSession: string | undefined;
  readonly disconnect: () => Promise<void>;
}

/** PostgreSQL, MySQL and MariaDB: a small pool of the engine's own. */
export class ServerBackend implements Backend {
  readonly sessions: number;
  readonly applicationOwned: boolean;
  readonly #places: Semaphore;
  readonly #idle: QueryRunner[] = [];

  constructor(
    readonly dialect: Dialect,
    readonly application: DataSource,
    readonly engine: DataSource,
    private readonly options: ServerOptions,
  ) {
    this.sessions = options.sessions;
    this.applicationOwned = options.applicationOwned;
    this.#places = new Semaphore(options.sessions);
  }

  async acquireSession(): Promise<WriteSession> {
    const leave = await this.#places.acquire();
    try {
      const runner = await this.#committerRunner();
      return new ServerSession(this.#over(runner), this.dialect, (broken) => {
        leave();
        if (broken || runner.isReleased) void discard(runner);
        else this.#idle.push(runner);
      });
    } catch (error) {
      leave();
      throw toStorageError(error, 'before-commit');
    }
  }

  async read<T>(program: SqlProgram<T>): Promise<T> {
    return this.#withRunner((session) => autocommitted(session, program, 'before-commit'));
  }

  async write<T>(_label: string, kind: WriteKind, program: SqlProgram<T>): Promise<T> {
    return this.#withRunner((session) =>
      kind === 'autocommit' ? autocommitted(session, program, 'commit') : inTransaction(session, this.dialect, program),
    );
  }

  async find<T>(query: () => Promise<T>): Promise<T> {
    try {
      return await query();
    } catch (error) {
      throw toStorageError(error, 'before-commit');
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map(discard));
    await this.options.disconnect();
  }

  /** The connection that was used last, so that a quiet process keeps to one. */
  async #committerRunner(): Promise<QueryRunner> {
    for (let runner = this.#idle.pop(); runner !== undefined; runner = this.#idle.pop()) {
      if (!runner.isReleased) return runner;
    }
    const runner = this.engine.createQueryRunner();
    try {
      await runner.connect();
      if (this.options.prepareSession !== undefined) await runner.query(this.options.prepareSession);
      return runner;
    } catch (error) {
      await discard(runner);
      throw error;
    }
  }

  async #withRunner<T>(work: (session: RunnerSession<QueryRunner>) => Promise<T>): Promise<T> {
    const runner = this.engine.createQueryRunner();
    try {
      await runner.connect();
      return await work(this.#over(runner));
    } catch (error) {
      throw toStorageError(error, 'before-commit');
    } finally {
      await discard(runner);
    }
  }

  #over(runner: QueryRunner): RunnerSession<QueryRunner> {
    return new RunnerSession(runner, this.dialect, this.dialect.name !== 'postgres', this.options.observe);
  }
}

class ServerSession implements WriteSession {
  #broken = false;

  constructor(
    private readonly session: RunnerSession<QueryRunner>,
    private readonly dialect: Dialect,
    private readonly leave: (broken: boolean) => void,
  ) {}

  async write<T>(kind: WriteKind, program: SqlProgram<T>): Promise<T> {
    try {
      if (kind === 'autocommit') return await autocommitted(this.session, program, 'commit');
      return await inTransaction(this.session, this.dialect, program);
    } catch (error) {
      this.#broken ||= this.session.runner.isReleased;
      throw error;
    }
  }

  release(): void {
    this.leave(this.#broken);
  }
}

async function discard(runner: QueryRunner): Promise<void> {
  if (!runner.isReleased) await runner.release();
}
