/** openworkflow on PostgreSQL. Workers and callers poll, so only its throughput says something about its engine. */
import { OpenWorkflow } from 'openworkflow';
import { BackendPostgres } from 'openworkflow/postgres';
import { inLanes } from '../dist/lanes.js';
import { until } from '../dist/until.js';
import { POLLS, rowsOf } from './rows.mjs';

export async function open({ url, concurrency }) {
  const backend = await BackendPostgres.connect(url);
  const client = new OpenWorkflow({ backend });
  const five = client.defineWorkflow({ name: 'five' }, async ({ input, step }) => {
    let sum = 0;
    for (let k = 1; k <= input.steps; k += 1) sum += (await step.run({ name: `n${k}` }, () => ({ n: k }))).n;
    return sum;
  });
  const worker = client.newWorker({ concurrency });
  await worker.start();
  const rows = await rowsOf(url);
  const completed = () =>
    rows.count(`SELECT COUNT(*) AS n FROM openworkflow.workflow_runs WHERE status IN ('completed', 'succeeded')`);
  return {
    unsuitable: { B: POLLS, C: POLLS, D: POLLS, E: POLLS, I: POLLS },
    five: async (input) => (await five.run(input)).result(),
    fives: async (workflows) => {
      await inLanes(workflows, concurrency, (i) => five.run({ i, steps: 5 }));
      await until('all are completed', async () => (await completed()) >= workflows, { every: 10 });
    },
    stored: async () => ({
      completed: await completed(),
      results: await rows.count(
        `SELECT COUNT(*) AS n FROM openworkflow.step_attempts WHERE status IN ('completed', 'succeeded')`,
      ),
    }),
    close: async () => {
      await worker.stop();
      await rows.close();
      await backend.stop();
    },
  };
}
