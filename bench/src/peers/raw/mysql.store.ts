import mysql from 'mysql2/promise';
import { MOST_CONNECTIONS } from '../../peer.js';
import { WRITES, type WriteKind } from '../../sql/statements.js';
import type { BatchStore } from './store.js';

export function openMysql(url: string, concurrency: number): BatchStore {
  const pool = mysql.createPool({
    uri: url.replace(/^mariadb:/, 'mysql:'),
    connectionLimit: Math.min(concurrency, MOST_CONNECTIONS),
  });
  const inTransaction = async (work: (connection: mysql.PoolConnection) => Promise<void>): Promise<void> => {
    const connection = await pool.getConnection();
    try {
      await connection.beginTransaction();
      await work(connection);
      await connection.commit();
    } finally {
      connection.release();
    }
  };
  return {
    commit: async (...writes) => {
      const [only] = writes;
      if (writes.length === 1 && only) await pool.execute(WRITES[only[0]], only[1] as string[]);
      else
        await inTransaction(async (connection) => {
          for (const [write, values] of writes) await connection.execute(WRITES[write], values as string[]);
        });
    },
    commitBatch: (batch) =>
      inTransaction(async (connection) => {
        for (const [write, rows] of batch) await connection.query(...batchOf(write, rows));
      }),
    close: () => pool.end(),
  };
}

function batchOf(write: WriteKind, rows: readonly (readonly unknown[])[]): [sql: string, values: unknown[]] {
  if (write === 'complete') {
    const [outputs, ids] = [rows.map(([output]) => output), rows.map(([, id]) => id)];
    const sql = `UPDATE workflow_instances SET status = 'completed', output_data = ELT(FIELD(instance_id, ?), ?) WHERE instance_id IN (?)`;
    return [sql, [ids, outputs, ids]];
  }
  const [head = '', row = ''] = WRITES[write].split(' VALUES ');
  return [`${head} VALUES ${rows.map(() => row).join(', ')}`, rows.flat()];
}
