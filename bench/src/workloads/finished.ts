import { capability, distribution, expect, sample, type Bench, type Sample } from '../bench.js';
import { NotApplicableError } from '../not-applicable.error.js';
import { expectedSum } from '../peer.js';
import { seedFinished } from '../sql/finished.js';
import { many, STEPS } from './throughput.js';

const PAGES = 20;

/** H: throughput and the list of instances with many finished ones in the store. */
export async function finished({ setup, sizes, peer }: Bench): Promise<readonly Sample[]> {
  const opened = await peer();
  if (setup.peer === 'raw-batch' || !['raw', 'romancy'].includes(setup.peer))
    throw new NotApplicableError('its tables are its own');
  expect('The sum of a workflow', await opened.five({ i: 0, steps: STEPS }), expectedSum(STEPS));
  await seedFinished(setup, sizes.finished);
  const perSecond = await many(opened.five, sizes.workflows, setup.concurrency);
  const { completed, results } = await opened.stored();
  expect('Completed workflows in the store', completed, sizes.workflows + 1 + sizes.finished);
  expect('Results in the store', results, (sizes.workflows + 1) * STEPS + sizes.finished);
  const samples = [sample('H', perSecond, 'workflows/s')];
  if (opened.list === undefined) return samples;
  const list = capability(opened, 'list');
  const pages: number[] = [];
  for (let page = 0; page < PAGES; page += 1) {
    const started = performance.now();
    expect('Instances on a page', await list(), 50);
    pages.push(performance.now() - started);
  }
  return [...samples, distribution('H/list', pages, 'ms')];
}
