/** graphile-worker: a queue without replay. A job per step, which records its result and brings the next step in one transaction. */
import { makeWorkerUtils, run } from 'graphile-worker';
import pg from 'pg';
import { inLanes } from '../dist/lanes.js';
import { until } from '../dist/until.js';
import { rowsOf } from './rows.mjs';

const NO_WORKFLOW = 'it has no workflows';

export async function open({ url, concurrency }) {
  const rows = await rowsOf(url);
  await rows.query(
    'CREATE TABLE IF NOT EXISTS bench_results (id BIGSERIAL PRIMARY KEY, workflow INT NOT NULL, n INT NOT NULL, last BOOLEAN)',
  );
  const pool = new pg.Pool({ connectionString: url, max: Math.max(10, Math.min(concurrency, 50)) });
  const waiting = new Map();
  const step = async ({ i, steps, k, sum }, { withPgClient }) => {
    await withPgClient(async (client) => {
      const last = k === steps;
      await client.query('BEGIN');
      await client.query({
        name: 'result',
        text: 'INSERT INTO bench_results (workflow, n, last) VALUES ($1, $2, $3)',
        values: [i, k, last],
      });
      if (!last) {
        const payload = JSON.stringify({ i, steps, k: k + 1, sum: sum + k });
        await client.query({
          name: 'next',
          text: `SELECT graphile_worker.add_job('step', $1::json)`,
          values: [payload],
        });
      }
      await client.query('COMMIT');
    });
    if (k === steps) waiting.get(i)?.(sum + k);
  };
  const utils = await makeWorkerUtils({ pgPool: pool });
  await utils.migrate();
  const runner = await run({
    pgPool: pool,
    taskList: { step },
    concurrency: Math.max(10, Math.min(concurrency, 20)),
    noHandleSignals: true,
    logger: undefined,
  });
  const start = (i, steps) => utils.addJob('step', { i, steps, k: 1, sum: 0 });
  const completed = () => rows.count('SELECT COUNT(*) AS n FROM bench_results WHERE last');
  return {
    unsuitable: { C: NO_WORKFLOW, D: NO_WORKFLOW, E: NO_WORKFLOW, I: NO_WORKFLOW },
    five: async ({ i, steps }) => {
      const result = new Promise((resolve) => waiting.set(i, resolve));
      await start(i, steps);
      return result;
    },
    fives: async (workflows) => {
      await inLanes(workflows, concurrency, (i) => start(i, 5));
      await until('all are completed', async () => (await completed()) >= workflows, { every: 10 });
    },
    stored: async () => ({
      completed: await completed(),
      results: await rows.count('SELECT COUNT(*) AS n FROM bench_results'),
    }),
    close: async () => {
      await runner.stop();
      await utils.release();
      await rows.close();
      await pool.end();
    },
  };
}
