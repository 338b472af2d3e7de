import type { SqlResult, SqlRow, SqlStatement } from '../sql/statement.js';

/** What is used of better-sqlite3's database object. */
export interface NativeDatabase {
  readonly inTransaction: boolean;
  prepare(sql: string): NativeStatement;
  pragma(text: string): unknown;
  close(): void;
}

interface NativeStatement {
  readonly reader: boolean;
  all(...params: unknown[]): unknown[];
  run(...params: unknown[]): { readonly changes: number };
}

/** What is used of the asynchronous database object that TypeORM's `expo` driver works with. */
export interface AsyncDatabase {
  runAsync(sql: string, params?: readonly unknown[]): Promise<unknown>;
  prepareAsync(sql: string): Promise<AsyncStatement>;
  closeAsync(): Promise<void>;
}

interface AsyncStatement {
  executeAsync(params?: readonly unknown[]): Promise<AsyncResult>;
  finalizeAsync(): Promise<void>;
}

interface AsyncResult {
  readonly changes: number;
  getAllAsync(): Promise<SqlRow[]>;
}

/** SQLite's one connection, below TypeORM. The synchronous kind answers at once, the asynchronous one with promises. */
export type SqliteHandle =
  | { readonly kind: 'sync'; execute(statement: SqlStatement): SqlResult }
  | { readonly kind: 'async'; execute(statement: SqlStatement): Promise<SqlResult> };

const CACHED_STATEMENTS = 300;

export function syncHandle(database: NativeDatabase): SqliteHandle {
  const statements = new Map<string, NativeStatement>();
  return {
    kind: 'sync',
    execute: ({ sql, params }) => {
      let statement = statements.get(sql);
      if (statement === undefined) {
        statement = database.prepare(sql);
        if (statements.size >= CACHED_STATEMENTS) statements.clear();
        statements.set(sql, statement);
      }
      if (statement.reader) return { rows: statement.all(...params) as SqlRow[], affected: 0 };
      return { rows: [], affected: statement.run(...params).changes };
    },
  };
}

export function asyncHandle(database: AsyncDatabase): SqliteHandle {
  return {
    kind: 'async',
    execute: async ({ sql, params }) => {
      const statement = await database.prepareAsync(sql);
      try {
        const result = await statement.executeAsync(params);
        return { rows: await result.getAllAsync(), affected: result.changes };
      } finally {
        await statement.finalizeAsync();
      }
    },
  };
}
