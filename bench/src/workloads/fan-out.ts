import { capability, expect, sample, type Bench, type Sample } from '../bench.js';

/** F: one message for many waiting subscribers, until all have completed with it. */
export async function fanOut({ sizes, peer }: Bench): Promise<readonly Sample[]> {
  const opened = await peer();
  await capability(opened, 'subscribe')(sizes.subscribers);
  const started = performance.now();
  await capability(opened, 'publish')();
  const took = performance.now() - started;
  expect('Completed workflows in the store', (await opened.stored()).completed, sizes.subscribers);
  return [sample('F', took, 'ms')];
}
