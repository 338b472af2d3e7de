import { setTimeout as delay } from 'node:timers/promises';
import { expect, sample, type Bench, type Sample } from '../bench.js';
import { NotApplicableError } from '../not-applicable.error.js';
import { expectedSum } from '../peer.js';

/** E: milliseconds per step of one workflow, as its history grows. */
export async function history({ sizes, peer }: Bench): Promise<readonly Sample[]> {
  const opened = await peer();
  const samples: Sample[] = [];
  let results = 0;
  for (const steps of [sizes.steps / 100, sizes.steps / 10, sizes.steps]) {
    const started = performance.now();
    expect('The sum of a workflow', await opened.five({ i: 0, steps }), expectedSum(steps));
    samples.push(sample(`E/${String(steps)}`, (performance.now() - started) / steps, 'ms/step'));
    results += steps;
  }
  expect('Results in the store', (await opened.stored()).results, results);
  return samples;
}

/** E, resume: a workflow with a long history waits, its process is killed, and a new one finishes it. Time and memory of that. */
export async function resume({ setup, sizes, worker }: Bench): Promise<readonly Sample[]> {
  if (setup.peer !== 'romancy') throw new NotApplicableError('resuming is measured of romancy alone');
  const id = 'long';
  const first = await worker();
  await first.call('startWait', id, sizes.steps);
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
  expect('Results in the store', (await second.call('stored')).results, sizes.steps);
  await second.stop();
  return [
    sample('E/resume', took, 'ms'),
    sample('E/resume-memory', (Math.max(after.peak, after.now) - before.now) / 2 ** 20, 'MiB above idle'),
  ];
}
