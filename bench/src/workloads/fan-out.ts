import { capability, expect, sample, statementsSample, type Bench, type Sample } from '../bench.js';

/** F: one message for many waiting subscribers, until all have completed with it. */
export async function fanOut({ sizes, peer }: Bench): Promise<readonly Sample[]> {
  const opened = await peer();
  await capability(opened, 'subscribe')(sizes.subscribers);
  const before = await opened.statements?.();
  const started = performance.now();
  await capability(opened, 'publish')();
  const took = performance.now() - started;
  const after = await opened.statements?.();
  expect('Completed workflows in the store', (await opened.stored()).completed, sizes.subscribers);
  return [sample('F', took, 'ms'), ...statementsSample('F', [before, after], sizes.subscribers, 'per subscriber')];
}
