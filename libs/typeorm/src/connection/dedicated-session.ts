import type { DataSource, QueryRunner } from 'typeorm';
import type { Dialect } from '../dialect/dialect.js';
import { toStorageError } from '../sql/sql-errors.js';
import type { SqlResult, SqlStatement } from '../sql/statement.js';
import type { StatementObserver } from './backend.js';
import { RunnerSession } from './runner-session.js';
import { drop } from './server-transaction.js';

interface Emitter {
  once(event: string, listener: () => void): void;
}

/** A connection that is kept for the sake of its session. */
export class DedicatedSession {
  /** Resolves when the connection is gone, as soon as the driver hears of it. */
  readonly lost: Promise<void>;

  private constructor(
    private readonly session: RunnerSession<QueryRunner>,
    connection: Emitter,
  ) {
    this.lost = new Promise((resolve) => {
      for (const event of ['error', 'end', 'close']) connection.once(event, resolve);
    });
  }

  static async open(engine: DataSource, dialect: Dialect, observe?: StatementObserver): Promise<DedicatedSession> {
    const runner = engine.createQueryRunner();
    try {
      const connection = (await runner.connect()) as Emitter;
      return new DedicatedSession(
        new RunnerSession(runner, dialect, { batches: false, prepares: false, observe }),
        connection,
      );
    } catch (error) {
      await drop(runner).catch(() => undefined);
      throw toStorageError(error, 'before-commit');
    }
  }

  async run(statement: SqlStatement): Promise<SqlResult> {
    try {
      const [result] = await this.session.send([statement]);
      return result ?? { rows: [], affected: 0 };
    } catch (error) {
      throw toStorageError(error, 'before-commit');
    }
  }

  /** Ends the connection: in the pool, what its session holds would go to whoever takes it next. */
  async close(): Promise<void> {
    await drop(this.session.runner).catch(() => undefined);
  }
}
