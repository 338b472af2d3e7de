import Database from 'better-sqlite3';
import mysql from 'mysql2/promise';
import pg from 'pg';
import type { DatabaseKind } from '../databases.js';
import { SQL } from '../family-schema.js';
import type { StoredCounts } from '../peer.js';

/** Counts by a connection of its own, past the system under measurement. */
export async function countStored(kind: DatabaseKind, url: string): Promise<StoredCounts> {
  if (kind === 'sqlite') {
    const database = new Database(url.replace(/^sqlite:\/\/\//, ''), { readonly: true });
    const count = (sql: string): number => (database.prepare(sql).get() as { n: number }).n;
    const counts = { completed: count(SQL.completed), results: count(SQL.results) };
    database.close();
    return counts;
  }
  if (kind === 'postgres') {
    const client = new pg.Client(url);
    await client.connect();
    const count = async (sql: string): Promise<number> => Number((await client.query<{ n: string }>(sql)).rows[0]?.n);
    const counts = { completed: await count(SQL.completed), results: await count(SQL.results) };
    await client.end();
    return counts;
  }
  const connection = await mysql.createConnection(url);
  const count = async (sql: string): Promise<number> => {
    const [rows] = await connection.query<mysql.RowDataPacket[]>(sql);
    return Number(rows[0]?.['n']);
  };
  const counts = { completed: await count(SQL.completed), results: await count(SQL.results) };
  await connection.end();
  return counts;
}
