import Database from 'better-sqlite3';
import { sqliteFile } from '../../sql/connection.js';
import { WRITES, type WriteKind } from '../../sql/statements.js';
import type { BatchStore } from './store.js';

export function openSqlite(url: string): BatchStore {
  const database = new Database(sqliteFile(url));
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  const prepared = new Map<WriteKind, Database.Statement>();
  const run = (kind: WriteKind, values: readonly unknown[]): void => {
    let statement = prepared.get(kind);
    if (!statement) prepared.set(kind, (statement = database.prepare(WRITES[kind])));
    statement.run(...values);
  };
  return {
    commit: async (...writes) => {
      const [only] = writes;
      if (writes.length === 1 && only) run(...only);
      else database.transaction(() => writes.forEach((write) => run(...write))).immediate();
    },
    commitBatch: async (batch) => {
      database
        .transaction(() => {
          for (const [kind, rows] of batch) for (const values of rows) run(kind, values);
        })
        .immediate();
    },
    close: async () => void database.close(),
  };
}
