import { createRequire } from 'node:module';
import { DriverError } from '../errors/driver-error.js';
import type { AsyncDatabase } from '../gate/sqlite-handle.js';
import type { SqlRow } from '../sql/statement.js';

type Done = (this: { readonly changes: number; readonly lastID: number }, error: Error | null, rows?: SqlRow[]) => void;

/** What is used of the package `sqlite3`. */
interface Sqlite3Database {
  all(sql: string, params: readonly unknown[], done: Done): void;
  run(sql: string, params: readonly unknown[], done: Done): void;
  close(done: (error: Error | null) => void): void;
}

interface Sqlite3Module {
  readonly Database: new (file: string, done: (error: Error | null) => void) => Sqlite3Database;
}

interface Outcome {
  readonly rows: SqlRow[];
  readonly changes: number;
  readonly lastID: number;
}

const READS = /^\s*(select|pragma|with|explain|values)\b|\breturning\b/i;

/**
 * The package `sqlite3` in the shape that TypeORM's `expo` driver expects of its `driver` option: the way to use it with TypeORM 1, which has no
 * driver for it any more.
 *
 * @param pragmas run on each new connection, for example `journal_mode = WAL`
 */
export function sqlite3Driver(pragmas: readonly string[] = []): {
  openDatabaseAsync(file: string): Promise<AsyncDatabase>;
} {
  const { Database } = loadSqlite3();
  return {
    async openDatabaseAsync(file) {
      const database = await new Promise<Sqlite3Database>((resolve, reject) => {
        const opened = new Database(file, (error) => (error === null ? resolve(opened) : reject(error)));
      });
      for (const pragma of pragmas) await send(database, 'all', `PRAGMA ${pragma}`, []);
      return asyncDatabase(database);
    },
  };
}

function loadSqlite3(): Sqlite3Module {
  try {
    return createRequire(import.meta.url)('sqlite3') as Sqlite3Module;
  } catch (error) {
    throw new DriverError(
      'The package sqlite3 cannot be loaded. Install it (npm install sqlite3@6), or leave out driver: "sqlite3".',
      {
        cause: error,
      },
    );
  }
}

function asyncDatabase(database: Sqlite3Database): AsyncDatabase {
  return {
    runAsync: (sql, params = []) => send(database, 'run', sql, params),
    closeAsync: () =>
      new Promise((resolve, reject) => database.close((error) => (error === null ? resolve() : reject(error)))),
    prepareAsync: async (sql) => ({
      finalizeAsync: () => Promise.resolve(),
      executeAsync: async (params = []) => {
        const reads = READS.test(sql);
        const outcome = await send(database, reads ? 'all' : 'run', sql, params);
        return {
          changes: reads ? outcome.rows.length : outcome.changes,
          lastInsertRowId: outcome.lastID,
          getAllAsync: () => Promise.resolve(outcome.rows),
        };
      },
    }),
  };
}

function send(
  database: Sqlite3Database,
  method: 'all' | 'run',
  sql: string,
  params: readonly unknown[],
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    database[method](sql, params.map(toBindable), function (error, rows) {
      if (error === null) resolve({ rows: rows ?? [], changes: this.changes, lastID: this.lastID });
      else reject(error);
    });
  });
}

function toBindable(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString().replace('T', ' ').slice(0, 23);
  if (typeof value === 'boolean') return value ? 1 : 0;
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value;
}
