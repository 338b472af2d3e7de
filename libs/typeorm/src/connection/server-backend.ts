import { Semaphore } from '@romancy/core';
import type { DataSource, QueryRunner } from 'typeorm';
import type { Dialect } from '../dialect/dialect.js';
import type { SqlProgram } from '../sql/program.js';
import { toStorageError } from '../sql/sql-errors.js';
import type { Backend, DedicatedSession, StatementObserver, WriteKind, WriteSession } from './backend.js';
import { DedicatedRunner } from './dedicated-runner.js';
import { RunnerSession } from './runner-session.js';
import { InFlight } from './in-flight.js';
import { inTransaction, autocommitted } from './server-transaction.js';

export interface ServerOptions {
  readonly applicationMade: boolean;
  readonly sessions: number;
  readonly observe: StatementObserver | undefined;
  /** Whether PostgreSQL prepares the statements of the hot path. */
  readonly prepares: boolean;
  /** Sent once on each connection that the committer takes for itself. */
  readonly prepareSession: string | undefined;
  readonly disconnect: () => Promise<void>;
}

/** PostgreSQL, MySQL and MariaDB: a small pool of the engine's own. */
export class ServerBackend implements Backend {
  readonly sessions: number;
  readonly applicationMade: boolean;
  readonly #places: Semaphore;
  readonly #idle: QueryRunner[] = [];
  readonly #work = new InFlight();

  constructor(
    readonly dialect: Dialect,
    readonly application: DataSource,
    readonly engine: DataSource,
    private readonly options: ServerOptions,
  ) {
    this.sessions = options.sessions;
    this.applicationMade = options.applicationMade;
    this.#places = new Semaphore(options.sessions);
  }

  async acquireSession(): Promise<WriteSession> {
    const leave = await this.#places.enter();
    const session = new ServerSession(
      () => this.#committerRunner(),
      (kind, program, runner) => this.#run(this.#over(runner), kind, program),
      (runner) => {
        if (runner?.isReleased === false) this.#idle.push(runner);
        leave();
      },
    );
    try {
      await session.connect();
      return session;
    } catch (error) {
      session.release();
      throw toStorageError(error, 'before-commit');
    }
  }

  async read<T>(program: SqlProgram<T>): Promise<T> {
    return this.#withRunner((session) => autocommitted(session, program, 'before-commit'));
  }

  async write<T>(_label: string, kind: WriteKind, program: SqlProgram<T>): Promise<T> {
    return this.#withRunner((session) => this.#run(session, kind, program));
  }

  async find<T>(query: () => Promise<T>): Promise<T> {
    return this.#work.track(async () => {
      try {
        return await query();
      } catch (error) {
        throw toStorageError(error, 'before-commit');
      }
    });
  }

  openDedicated(): Promise<DedicatedSession> {
    return DedicatedRunner.open(this.engine, this.dialect);
  }

  async close(): Promise<void> {
    await this.#work.done();
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
    return this.#work.track(async () => {
      const runner = this.engine.createQueryRunner();
      try {
        await runner.connect();
        return await work(this.#over(runner));
      } catch (error) {
        throw toStorageError(error, 'before-commit');
      } finally {
        await discard(runner);
      }
    });
  }

  #run<T>(session: RunnerSession<QueryRunner>, kind: WriteKind, program: SqlProgram<T>): Promise<T> {
    return this.#work.track(() =>
      kind === 'autocommit' ? autocommitted(session, program, 'commit') : inTransaction(session, this.dialect, program),
    );
  }

  #over(runner: QueryRunner): RunnerSession<QueryRunner> {
    const { prepares, observe } = this.options;
    // A node of a cluster takes a transaction back in the middle of a text, and runs the rest of it as if there had been none.
    const batches = this.dialect.name !== 'postgres' && !this.dialect.comparesWrites;
    return new RunnerSession(runner, this.dialect, { batches, prepares, observe });
  }
}

/** Keeps one connection while it lasts, and takes another when that one is gone. */
class ServerSession implements WriteSession {
  #runner: QueryRunner | undefined;
  #released = false;

  constructor(
    private readonly open: () => Promise<QueryRunner>,
    private readonly run: <T>(kind: WriteKind, program: SqlProgram<T>, runner: QueryRunner) => Promise<T>,
    private readonly leave: (runner: QueryRunner | undefined) => void,
  ) {}

  async connect(): Promise<QueryRunner> {
    if (this.#runner === undefined || this.#runner.isReleased) this.#runner = await this.open();
    return this.#runner;
  }

  async write<T>(kind: WriteKind, program: SqlProgram<T>): Promise<T> {
    let runner: QueryRunner;
    try {
      runner = await this.connect();
    } catch (error) {
      throw toStorageError(error, 'before-commit');
    }
    return this.run(kind, program, runner);
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.leave(this.#runner);
  }
}

async function discard(runner: QueryRunner): Promise<void> {
  if (!runner.isReleased) await runner.release();
}
