import type { DatabaseKind } from '../database-kind.js';
import { COUNTS } from './statements.js';
import type { StoredCounts } from '../peer.js';

export type Row = Record<string, unknown>;

/** Plain statements over a connection of their own, past the system under measurement. */
export interface PlainConnection {
  query(sql: string): Promise<readonly Row[]>;
  close(): Promise<void>;
}

export function sqliteFile(url: string): string {
  return url.replace(/^sqlite:\/\/\//, '');
}

/** Loads the driver that it needs: the memory of a process under measurement has no other in it. */
export async function connect(kind: DatabaseKind, url: string): Promise<PlainConnection> {
  if (kind === 'sqlite') {
    const { default: Database } = await import('better-sqlite3');
    const database = new Database(sqliteFile(url));
    database.pragma('busy_timeout = 10000');
    const query = async (sql: string): Promise<readonly Row[]> => {
      const statement = database.prepare(sql);
      if (statement.reader) return statement.all() as Row[];
      statement.run();
      return [];
    };
    return { query, close: async () => void database.close() };
  }
  if (kind === 'postgres') {
    const { default: pg } = await import('pg');
    const client = new pg.Client(url);
    await client.connect();
    return { query: async (sql) => (await client.query<Row>(sql)).rows, close: () => client.end() };
  }
  const { default: mysql } = await import('mysql2/promise');
  const connection = await mysql.createConnection(url.replace(/^mariadb:/, 'mysql:'));
  return {
    query: async (sql) => {
      const [rows] = await connection.query(sql);
      return Array.isArray(rows) ? (rows as Row[]) : [];
    },
    close: () => connection.end(),
  };
}

export async function execute(kind: DatabaseKind, url: string, ...statements: readonly string[]): Promise<void> {
  const connection = await connect(kind, url);
  try {
    for (const sql of statements) await connection.query(sql);
  } finally {
    await connection.close();
  }
}

/** The `n` of a query's only row. */
export async function count(kind: DatabaseKind, url: string, sql: string): Promise<number> {
  const connection = await connect(kind, url);
  try {
    return Number((await connection.query(sql))[0]?.['n']);
  } finally {
    await connection.close();
  }
}

/** What the family's tables hold. */
export async function countStored(kind: DatabaseKind, url: string): Promise<StoredCounts> {
  return {
    completed: await count(kind, url, COUNTS.completed),
    results: await count(kind, url, COUNTS.results),
  };
}
