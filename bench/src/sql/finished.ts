import type { DatabaseKind } from '../database-kind.js';
import type { PeerSetup } from '../peer.js';
import { connect, type PlainConnection } from './connection.js';

const CHUNK = 50_000;

const HOUSEKEEPING: Readonly<Record<DatabaseKind, string>> = {
  sqlite: 'ANALYZE',
  postgres: 'VACUUM ANALYZE',
  mysql: 'ANALYZE TABLE',
  mariadb: 'ANALYZE TABLE',
};

/**
 * Stores finished instances with a row of history each, as copies of one that is there.
 *
 * @param already how many of them are stored
 */
export async function seedFinished({ db, url }: PeerSetup, finished: number, already = 0): Promise<void> {
  const connection = await connect(db, url);
  try {
    if (db === 'mysql') await connection.query(`SET SESSION cte_max_recursion_depth = ${String(CHUNK + 1)}`);
    if (db === 'mariadb') await connection.query(`SET SESSION max_recursive_iterations = ${String(CHUNK + 1)}`);
    const instances = await columns(connection, 'workflow_instances', 'instance_id');
    const rows = await columns(connection, 'workflow_history', 'id');
    for (let from = already; from < finished; from += CHUNK) {
      const numbers = sequence(from, Math.min(CHUNK, finished - from));
      await insert(
        connection,
        db,
        'workflow_instances',
        instances,
        numbers,
        `status = 'completed' AND instance_id NOT LIKE 'done-%'`,
      );
      await insert(connection, db, 'workflow_history', rows, numbers, `instance_id NOT LIKE 'done-%'`);
    }
    // As the server's own housekeeping would have done long before that many have come together.
    for (const table of ['workflow_instances', 'workflow_history']) {
      await connection.query(`${HOUSEKEEPING[db]} ${table}`);
    }
    if (db === 'postgres') await connection.query('CHECKPOINT');
  } finally {
    await connection.close();
  }
}

function sequence(from: number, length: number): string {
  return `WITH RECURSIVE numbers (n) AS (SELECT ${String(from)} UNION ALL SELECT n + 1 FROM numbers WHERE n < ${String(from + length - 1)})`;
}

async function columns(connection: PlainConnection, table: string, key: string): Promise<readonly string[]> {
  const [row = {}] = await connection.query(`SELECT * FROM ${table} LIMIT 1`);
  // The key of a row of history is given by the database.
  return Object.keys(row).filter((name) => name !== key || key === 'instance_id');
}

async function insert(
  connection: PlainConnection,
  db: PeerSetup['db'],
  table: string,
  names: readonly string[],
  numbers: string,
  template: string,
): Promise<void> {
  const values = names.map((name) => {
    if (name === 'instance_id') return db === 'sqlite' ? `'done-' || n` : `CONCAT('done-', n)`;
    return name === 'romancy_started_at' ? 'romancy_started_at - n' : name;
  });
  const one = `(SELECT * FROM ${table} WHERE ${template} LIMIT 1) AS template`;
  const select = `SELECT ${values.join(', ')} FROM numbers CROSS JOIN ${one}`;
  const into = `INSERT INTO ${table} (${names.join(', ')})`;
  const server = db === 'mysql' || db === 'mariadb';
  await connection.query(server ? `${into} ${numbers} ${select}` : `${numbers} ${into} ${select}`);
}
