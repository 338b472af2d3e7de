import type { SqlResult, SqlStatement } from './statement.js';

export interface SqlBatch {
  readonly statements: readonly SqlStatement[];
  /** Nothing but the commit follows: both may travel together. */
  readonly last?: boolean;
}

/**
 * A piece of database work that does not care how its statements travel: it yields batches and is handed their results. better-sqlite3 runs it
 * without a single await, MySQL sends each batch as one text, the others send statement by statement.
 */
export type SqlProgram<T> = Generator<SqlBatch, T, readonly SqlResult[]>;

/** Runs statements and answers their results. */
export function* run(statements: readonly SqlStatement[], last = false): SqlProgram<readonly SqlResult[]> {
  return statements.length === 0 ? [] : yield { statements, last };
}

/** Runs one statement. */
export function* runOne(statement: SqlStatement): SqlProgram<SqlResult> {
  const [result] = yield { statements: [statement] };
  if (result === undefined) throw new Error('The session answered no result.');
  return result;
}

export function driveSync<T>(program: SqlProgram<T>, execute: (batch: SqlBatch) => readonly SqlResult[]): T {
  let step = program.next();
  while (step.done !== true) {
    let results: readonly SqlResult[];
    try {
      results = execute(step.value);
    } catch (error) {
      step = program.throw(error);
      continue;
    }
    step = program.next(results);
  }
  return step.value;
}

export async function drive<T>(
  program: SqlProgram<T>,
  execute: (batch: SqlBatch) => Promise<readonly SqlResult[]>,
): Promise<T> {
  let step = program.next();
  while (step.done !== true) {
    let results: readonly SqlResult[];
    try {
      results = await execute(step.value);
    } catch (error) {
      step = program.throw(error);
      continue;
    }
    step = program.next(results);
  }
  return step.value;
}
