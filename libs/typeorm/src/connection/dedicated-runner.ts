import type { DataSource, QueryRunner } from 'typeorm';
import type { Dialect } from '../dialect/dialect.js';
import { toStorageError } from '../sql/sql-errors.js';
import type { SqlResult, SqlStatement } from '../sql/statement.js';
import type { DedicatedSession } from './backend.js';
import { RunnerSession } from './runner-session.js';
import { drop } from './server-transaction.js';

interface Emitter {
  once(event: string, listener: () => void): void;
}

/** A runner that is not given back. */
export class DedicatedRunner implements DedicatedSession {
  readonly lost: Promise<void>;

  private constructor(
    private readonly session: RunnerSession<QueryRunner>,
    connection: Emitter,
  ) {
    this.lost = new Promise((resolve) => {
      for (const event of ['error', 'end', 'close']) connection.once(event, resolve);
    });
  }

  static async open(engine: DataSource, dialect: Dialect): Promise<DedicatedRunner> {
    const runner = engine.createQueryRunner();
    try {
      const connection = (await runner.connect()) as Emitter;
      return new DedicatedRunner(new RunnerSession(runner, dialect, { batches: false, prepares: false }), connection);
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

  /** Not given back: in the pool, what its session holds would go to whoever takes it next. */
  async close(): Promise<void> {
    await drop(this.session.runner).catch(() => undefined);
  }
}
