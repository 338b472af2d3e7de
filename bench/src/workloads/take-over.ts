import { capability, expect, sample, type Bench, type Sample } from '../bench.js';
import { until } from '../until.js';
import { STEPS } from './throughput.js';

/** G: a process is killed with many workflows in their second activity of five; seconds until another one has completed all of them. */
export async function takeOver({ sizes, peer, worker }: Bench): Promise<readonly Sample[]> {
  const opened = await peer();
  capability(opened, 'startSlow');
  const victim = await worker();
  await victim.call('startSlow', sizes.killed, sizes.slowMs);
  await victim.kill();
  const started = performance.now();
  await until('all are completed', async () => (await opened.stored()).completed >= sizes.killed, { every: 20 });
  const took = (performance.now() - started) / 1000;
  const { completed, results } = await opened.stored();
  expect('Completed workflows in the store', completed, sizes.killed);
  expect('Results in the store', results, sizes.killed * STEPS);
  return [sample('G', took, 's'), sample('G/above-the-work', took - (sizes.slowMs / 1000) * (STEPS - 1), 's')];
}
