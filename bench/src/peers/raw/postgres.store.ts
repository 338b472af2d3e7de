import pg from 'pg';
import { MOST_CONNECTIONS } from '../../peer.js';
import { WRITES, type WriteKind } from '../../sql/statements.js';
import type { BatchStore } from './store.js';

const BATCHES: Partial<Record<WriteKind, string>> = {
  create:
    `INSERT INTO workflow_instances (instance_id, workflow_name, source_hash, owner_service, framework, status, input_data)` +
    ` SELECT id, 'five', 'h', 'bench', 'raw', 'running', input FROM unnest($1::text[], $2::text[]) AS rows (id, input)`,
  step:
    `INSERT INTO workflow_history (instance_id, activity_id, event_type, event_data)` +
    ` SELECT id, step, 'ActivityCompleted', data FROM unnest($1::text[], $2::text[], $3::text[]) AS rows (id, step, data)`,
  complete:
    `UPDATE workflow_instances SET status = 'completed', output_data = output` +
    ` FROM unnest($1::text[], $2::text[]) AS rows (output, id) WHERE instance_id = id`,
};

export function openPostgres(url: string, concurrency: number): BatchStore {
  const pool = new pg.Pool({ connectionString: url, max: Math.min(concurrency, MOST_CONNECTIONS) });
  const named = (kind: WriteKind, values: readonly unknown[]): pg.QueryConfig => {
    let n = 0;
    return { name: kind, text: WRITES[kind].replaceAll('?', () => `$${String((n += 1))}`), values: [...values] };
  };
  const inTransaction = async (work: (client: pg.PoolClient) => Promise<void>): Promise<void> => {
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      await work(client);
      await client.query('COMMIT');
    } finally {
      client.release();
    }
  };
  return {
    commit: async (...writes) => {
      const [only] = writes;
      if (writes.length === 1 && only) await pool.query(named(...only));
      else
        await inTransaction(async (client) => {
          for (const write of writes) await client.query(named(...write));
        });
    },
    commitBatch: (batch) =>
      inTransaction(async (client) => {
        for (const [kind, rows] of batch) {
          const columns = (rows[0] ?? []).map((_, column) => rows.map((row) => row[column]));
          await client.query({ name: `${kind}_batch`, text: BATCHES[kind] ?? '', values: columns });
        }
      }),
    close: () => pool.end(),
  };
}
