import { setTimeout as delay } from 'node:timers/promises';
import { expect, sample, statementsSample, type Bench, type Sample } from '../bench.js';
import { NotApplicableError } from '../not-applicable.error.js';
import { expectedSum, type Peer } from '../peer.js';

/** E: milliseconds per step of one workflow, as its history grows. */
export async function history({ sizes, peer }: Bench): Promise<readonly Sample[]> {
  const opened = await peer();
  const samples: Sample[] = [];
  const before = await opened.statements?.();
  let results = 0;
  for (const steps of [sizes.steps / 100, sizes.steps / 10, sizes.steps]) {
    samples.push(sample(`E/${String(steps)}`, await stepCost(opened.five, steps), 'ms/step'));
    results += steps;
  }
  const after = await opened.statements?.();
  expect('Results in the store', (await opened.stored()).results, results);
  return [...samples, ...statementsSample('E', [before, after], results, 'per step')];
}

/** Milliseconds per step of one workflow of so many. */
export async function stepCost(five: Peer['five'], steps: number): Promise<number> {
  const started = performance.now();
  expect('The sum of a workflow', await five({ i: 0, steps }), expectedSum(steps));
  return (performance.now() - started) / steps;
}

/** E, resume: a workflow with a long history waits, its process is killed, and a new one finishes it. Time and memory of that. */
export async function resume(bench: Bench): Promise<readonly Sample[]> {
  if (bench.setup.peer !== 'romancy') throw new NotApplicableError('resuming is measured of romancy alone');
  const { took, memory } = await resumption(bench, 'long', bench.sizes.steps, bench.sizes.steps);
  return [sample('E/resume', took, 'ms'), sample('E/resume-memory', memory / 2 ** 20, 'MiB above idle')];
}

/** Milliseconds and bytes of the resumption of one workflow of so many steps. */
export async function resumption(
  { sizes, worker }: Bench,
  id: string,
  steps: number,
  stored: number,
): Promise<{ readonly took: number; readonly memory: number }> {
  const first = await worker();
  await first.call('startWait', id, steps);
  await first.kill();
  const second = await worker();
  // What the start itself leaves behind is no cost of the resumption.
  await delay(sizes.settleMs);
  const before = await second.call('memory');
  const started = performance.now();
  await second.call('sendEvent', id, 1);
  expect('The payload', await second.call('waitResult', id), 1);
  const took = performance.now() - started;
  const after = await second.call('memory');
  expect('Results in the store', (await second.call('stored')).results, stored);
  await second.stop();
  return { took, memory: Math.max(after.peak, after.now) - before.now };
}
