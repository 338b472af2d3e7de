import { SerializationConflictError } from '@romancy/core';
import type { QueryRunner } from 'typeorm';
import type { Dialect } from '../dialect/dialect.js';
import { drive, type SqlProgram } from '../sql/program.js';
import { sqlErrorKind, toStorageError, type WritePhase } from '../sql/sql-errors.js';
import { sql } from '../sql/statement.js';
import type { RunnerSession } from './runner-session.js';

const BEGIN = { postgres: 'START TRANSACTION ISOLATION LEVEL READ COMMITTED', other: 'START TRANSACTION' };

/** Runs a program whose only write is its first statement, which commits itself. */
export async function autocommitted<T>(
  session: RunnerSession<QueryRunner>,
  program: SqlProgram<T>,
  phase: WritePhase,
): Promise<T> {
  try {
    return await drive(program, ({ statements }) => session.send(statements));
  } catch (error) {
    await dropIfDead(session.runner, error);
    throw toStorageError(error, phase);
  }
}

/** Runs a program as one transaction. BEGIN travels with its first batch, COMMIT with its last where the connection allows that. */
export async function inTransaction<T>(
  session: RunnerSession<QueryRunner>,
  dialect: Dialect,
  program: SqlProgram<T>,
): Promise<T> {
  const together = dialect.name !== 'postgres';
  let state: 'idle' | 'open' | 'committed' = 'idle';
  let phase: WritePhase = 'before-commit';
  try {
    const result = await drive(program, async ({ statements, last }) => {
      const before = state === 'idle' ? [sql(together ? BEGIN.other : BEGIN.postgres)] : [];
      state = 'open';
      const commits = last === true && together;
      if (commits) phase = 'commit';
      const results = await session.send([...before, ...statements, ...(commits ? [sql('COMMIT')] : [])]);
      if (commits) state = 'committed';
      return results.slice(before.length, before.length + statements.length);
    });
    if (isOpen(state)) {
      phase = 'commit';
      await commit(session, dialect);
      state = 'committed';
    }
    return result;
  } catch (error) {
    if (isOpen(state)) await rollBack(session.runner, error);
    throw toStorageError(error, phase);
  }
}

function isOpen(state: 'idle' | 'open' | 'committed'): boolean {
  return state === 'open';
}

/** Commits, and makes sure of it: in an aborted transaction PostgreSQL answers COMMIT with ROLLBACK and no error. */
export async function commit(session: RunnerSession<QueryRunner>, dialect: Dialect): Promise<void> {
  if (dialect.name !== 'postgres') {
    await session.send([sql('COMMIT')]);
    return;
  }
  const client = (await session.runner.connect()) as { query(text: string): Promise<{ readonly command: string }> };
  session.options.observe?.('COMMIT');
  const { command } = await client.query('COMMIT');
  if (command !== 'COMMIT')
    throw new SerializationConflictError('The database has rolled the transaction back instead of committing it.');
}

async function rollBack(runner: QueryRunner, cause: unknown): Promise<void> {
  if (await dropIfDead(runner, cause)) return;
  try {
    await runner.query('ROLLBACK');
  } catch {
    await drop(runner);
  }
}

/** A connection that is gone must not go back to the pool. */
async function dropIfDead(runner: QueryRunner, error: unknown): Promise<boolean> {
  const dead = sqlErrorKind(error) === 'connection';
  if (dead) await drop(runner);
  return dead;
}

/** Ends the connection instead of giving it back. */
export async function drop(runner: QueryRunner & Droppable): Promise<void> {
  if (runner.isReleased) return;
  if (runner.releasePostgresConnection !== undefined) {
    await runner.releasePostgresConnection(new Error('The connection is broken.'));
    return;
  }
  const connection = (await Promise.resolve(runner.connect()).catch(() => undefined)) as
    { destroy?(): void } | undefined;
  connection?.destroy?.();
  await runner.release();
}

interface Droppable {
  /** TypeORM's PostgreSQL runner: gives the connection back as one that the pool must not use again. */
  releasePostgresConnection?(error: Error): Promise<void>;
}
