import Database from 'better-sqlite3';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { uuidv7 } from '@romancy/core';
import type { DatabaseKind } from '../databases.js';
import { familySchema, SQL } from '../family-schema.js';
import type { FiveInput, Peer, StoredCounts } from '../peer.js';

/** Runs one statement in a transaction of its own. */
interface RawStore {
  run(sql: string, values: readonly unknown[]): Promise<unknown>;
  count(sql: string): Promise<number>;
  close(): Promise<void>;
}

/** The fewest writes: one commit to create, one for each step, one to complete, by the plain driver. */
export async function rawPeer(kind: DatabaseKind, url: string, concurrency: number): Promise<Peer> {
  const place = kind === 'postgres' ? (n: number): string => `$${String(n)}` : (): string => '?';
  const store = await open(kind, url, concurrency);
  await store.run(SQL.definition(place), ['five', 'h', '']);
  const [create, step, complete] = [SQL.create(place), SQL.step(place), SQL.complete(place)];
  return {
    async five({ i, steps }: FiveInput): Promise<number> {
      const id = uuidv7(Date.now());
      await store.run(create, [id, JSON.stringify({ i, steps })]);
      let sum = 0;
      for (let k = 1; k <= steps; k += 1) {
        const data = JSON.stringify({ activity_name: 'n', result: { n: k }, input: { args: [k], kwargs: {} } });
        await store.run(step, [id, `n:${String(k)}`, data]);
        sum += k;
      }
      await store.run(complete, [JSON.stringify({ result: sum }), id]);
      return sum;
    },
    stored: async (): Promise<StoredCounts> => ({
      completed: await store.count(SQL.completed),
      results: await store.count(SQL.results),
    }),
    close: () => store.close(),
  };
}

async function open(kind: DatabaseKind, url: string, concurrency: number): Promise<RawStore> {
  if (kind === 'sqlite') return openSqlite(url);
  if (kind === 'postgres') return openPostgres(url, concurrency);
  return openMysql(url, concurrency);
}

function openSqlite(url: string): RawStore {
  const database = new Database(url.replace(/^sqlite:\/\/\//, ''));
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  for (const statement of familySchema('sqlite')) database.exec(statement);
  const prepared = new Map<string, Database.Statement>();
  const prepare = (sql: string): Database.Statement => {
    let statement = prepared.get(sql);
    if (!statement) prepared.set(sql, (statement = database.prepare(sql)));
    return statement;
  };
  return {
    // A commit blocks the thread; a turn of the event loop lets the other lanes in, as in a real application.
    run: (sql, values) => Promise.resolve(prepare(sql).run(...values)),
    count: (sql) => Promise.resolve((prepare(sql).get() as { n: number }).n),
    close: () => {
      database.close();
      return Promise.resolve();
    },
  };
}

async function openPostgres(url: string, concurrency: number): Promise<RawStore> {
  const pool = new pg.Pool({ connectionString: url, max: Math.min(concurrency, 50) });
  for (const statement of familySchema('postgresql')) await pool.query(statement);
  const names = new Map<string, string>();
  return {
    run: (sql, values) => {
      let name = names.get(sql);
      if (name === undefined) names.set(sql, (name = `s${String(names.size)}`));
      return pool.query({ name, text: sql, values: [...values] });
    },
    count: async (sql) => Number((await pool.query<{ n: string }>(sql)).rows[0]?.n),
    close: () => pool.end(),
  };
}

async function openMysql(url: string, concurrency: number): Promise<RawStore> {
  const pool = mysql.createPool({ uri: url, connectionLimit: Math.min(concurrency, 50) });
  for (const statement of familySchema('mysql')) await pool.query(statement);
  return {
    run: (sql, values) => pool.execute(sql, values as string[]),
    count: async (sql) => {
      const [rows] = await pool.query<mysql.RowDataPacket[]>(sql);
      return Number(rows[0]?.['n']);
    },
    close: () => pool.end(),
  };
}
