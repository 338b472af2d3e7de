import type { DataSource } from 'typeorm';
import { sqliteDialect } from '../dialect/sqlite.dialect.js';
import type { SqliteGate } from '../gate/sqlite-gate.js';
import type { Release } from '../gate/mutex.js';
import { drive, driveSync, type SqlBatch, type SqlProgram } from '../sql/program.js';
import { toStorageError, type WritePhase } from '../sql/sql-errors.js';
import type { SqlResult, SqlStatement } from '../sql/statement.js';
import type { Backend, StatementObserver, WriteKind, WriteSession } from './backend.js';

/** SQLite: one connection, shared with the application, behind the gate. */
export class SqliteBackend implements Backend {
  readonly dialect = sqliteDialect;
  readonly sessions = 1;

  constructor(
    readonly application: DataSource,
    readonly applicationMade: boolean,
    readonly engine: DataSource,
    private readonly gate: SqliteGate,
    private readonly disconnect: () => Promise<void>,
    private readonly observe: StatementObserver | undefined,
  ) {}

  async acquireSession(): Promise<WriteSession> {
    return this.#enter('the committer');
  }

  async read<T>(program: SqlProgram<T>): Promise<T> {
    if (this.gate.heldByCaller())
      return new SqliteSession(this.gate, () => undefined, this.observe).write('autocommit', program);
    return this.write('a read of the engine', 'autocommit', program);
  }

  async write<T>(label: string, kind: WriteKind, program: SqlProgram<T>): Promise<T> {
    const session = await this.#enter(label);
    try {
      return await session.write(kind, program);
    } finally {
      session.release();
    }
  }

  async find<T>(query: () => Promise<T>): Promise<T> {
    try {
      return await query();
    } catch (error) {
      throw toStorageError(error, 'before-commit');
    }
  }

  close(): Promise<void> {
    return this.disconnect();
  }

  async #enter(label: string): Promise<WriteSession> {
    try {
      return new SqliteSession(this.gate, await this.gate.mutex.acquire(label), this.observe);
    } catch (error) {
      throw toStorageError(error, 'before-commit');
    }
  }
}

class SqliteSession implements WriteSession {
  constructor(
    private readonly gate: SqliteGate,
    readonly release: Release,
    private readonly observe: StatementObserver | undefined,
  ) {}

  async write<T>(kind: WriteKind, program: SqlProgram<T>): Promise<T> {
    let phase: WritePhase = 'before-commit';
    // Each statement is a transaction of its own, for which another process may have to be waited for.
    if (kind === 'autocommit')
      return this.#translated(
        () => phase,
        () => this.#oneByOne(program, (statement) => this.gate.whileBusy(() => this.#execute(statement))),
      );
    return this.#translated(
      () => phase,
      async () => {
        await this.gate.begin();
        this.observe?.('BEGIN IMMEDIATE');
        try {
          const result = await this.#drive(program);
          phase = 'commit';
          await this.#execute({ sql: 'COMMIT', params: [] });
          return result;
        } catch (error) {
          // Some errors end the transaction by themselves; a second ROLLBACK then fails, and nothing is open.
          await Promise.resolve(this.#execute({ sql: 'ROLLBACK', params: [] })).catch(() => undefined);
          throw error;
        }
      },
    );
  }

  #drive<T>(program: SqlProgram<T>): T | Promise<T> {
    if (this.gate.handle.kind === 'sync') return driveSync(program, (batch) => this.#executeSync(batch));
    return this.#oneByOne(program, (statement) => this.#execute(statement));
  }

  #oneByOne<T>(
    program: SqlProgram<T>,
    execute: (statement: SqlStatement) => SqlResult | Promise<SqlResult>,
  ): Promise<T> {
    return drive(program, async ({ statements }) => {
      const results: SqlResult[] = [];
      for (const statement of statements) results.push(await execute(statement));
      return results;
    });
  }

  #executeSync({ statements }: SqlBatch): readonly SqlResult[] {
    return statements.map((statement) => this.#execute(statement) as SqlResult);
  }

  #execute(statement: SqlStatement): SqlResult | Promise<SqlResult> {
    this.observe?.(statement.sql);
    return this.gate.handle.execute(statement);
  }

  async #translated<T>(phase: () => WritePhase, work: () => T | Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw toStorageError(error, phase());
    }
  }
}
