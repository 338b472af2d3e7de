/** Absurd: functions inside PostgreSQL. Workers and callers poll, so only its throughput says something about its engine. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Absurd } from 'absurd-sdk';
import { inLanes } from '../dist/lanes.js';
import { until } from '../dist/until.js';
import { POLLS, rowsOf } from './rows.mjs';

const QUEUE = 'bench';

export async function open({ url, concurrency }) {
  execFileSync(fileURLToPath(new URL('../.venv/bin/absurdctl', import.meta.url)), ['init', '-d', url], {
    stdio: 'ignore',
  });
  const absurd = new Absurd({ db: url, queueName: QUEUE });
  await absurd.createQueue(QUEUE);
  absurd.registerTask({ name: 'five' }, async ({ steps }, context) => {
    let sum = 0;
    for (let k = 1; k <= steps; k += 1) sum += (await context.step(`n${k}`, () => Promise.resolve({ n: k }))).n;
    return { sum };
  });
  const worker = await absurd.startWorker({ concurrency, batchSize: concurrency, pollInterval: 0.05 });
  const rows = await rowsOf(url);
  const completed = () => rows.count(`SELECT COUNT(*) AS n FROM absurd.t_${QUEUE} WHERE state = 'completed'`);
  return {
    unsuitable: { B: POLLS, C: POLLS, D: POLLS, E: POLLS, I: POLLS },
    five: () => Promise.reject(new Error(POLLS)),
    fives: async (workflows) => {
      await inLanes(workflows, concurrency, (i) => absurd.spawn('five', { i, steps: 5 }));
      await until('all are completed', async () => (await completed()) >= workflows, { every: 10 });
    },
    stored: async () => ({
      completed: await completed(),
      results: await rows.count(`SELECT COUNT(*) AS n FROM absurd.c_${QUEUE}`),
    }),
    close: async () => {
      await worker.close();
      await rows.close();
      await absurd.close();
    },
  };
}
