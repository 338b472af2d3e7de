/** pg-boss: a queue without replay. A job per step, fetched in batches, each of which brings the next step. */
import { PgBoss } from 'pg-boss';
import { inLanes } from '../dist/lanes.js';
import { until } from '../dist/until.js';
import { POLLS, rowsOf } from './rows.mjs';

const QUEUE = 'step';
const BATCH = 400;

export async function open({ url }) {
  const boss = new PgBoss({ connectionString: url, max: 10 });
  await boss.start();
  await boss.createQueue(QUEUE);
  await boss.work(QUEUE, { batchSize: BATCH, pollingIntervalSeconds: 0.5, burstWhenBatchFull: true }, async (jobs) => {
    const next = jobs
      .filter(({ data }) => data.k < data.steps)
      .map(({ data }) => ({ data: { ...data, k: data.k + 1, sum: data.sum + data.k } }));
    if (next.length > 0) await boss.insert(QUEUE, next);
    return { n: jobs.length };
  });
  const rows = await rowsOf(url);
  const done = (where) =>
    rows.count(`SELECT COUNT(*) AS n FROM pgboss.job WHERE name = '${QUEUE}' AND state = 'completed' AND ${where}`);
  const last = `data ->> 'k' = data ->> 'steps'`;
  return {
    unsuitable: { B: POLLS, C: POLLS, D: POLLS, E: POLLS, I: POLLS },
    five: () => Promise.reject(new Error(POLLS)),
    fives: async (workflows) => {
      const calls = Math.ceil(workflows / BATCH);
      await inLanes(calls, 2, (call) => {
        const length = Math.min(BATCH, workflows - call * BATCH);
        return boss.insert(
          QUEUE,
          Array.from({ length }, (_, i) => ({ data: { i: call * BATCH + i, steps: 5, k: 1, sum: 0 } })),
        );
      });
      await until('all are completed', async () => (await done(last)) >= workflows, { every: 10 });
    },
    stored: async () => ({ completed: await done(last), results: await done('true') }),
    close: async () => {
      await boss.stop({ graceful: false });
      await rows.close();
    },
  };
}
