import { expect, sample, type Bench, type Sample } from '../bench.js';
import { NotApplicableError } from '../not-applicable.error.js';
import type { WorkerProcess } from '../worker-process.js';
import { STEPS } from './throughput.js';

/** I: the same workflows in one worker process, then in two. No activity may run twice. */
export async function workers({ setup, sizes, worker }: Bench): Promise<readonly Sample[]> {
  if (setup.db === 'sqlite') throw new NotApplicableError('a file is written by one process at a time');
  if (setup.peer === 'restate') throw new NotApplicableError('each of its processes would bring a store of its own');
  if (setup.peer === 'raw-batch') throw new NotApplicableError('a batch is one process');
  const samples: Sample[] = [];
  let stored = 0;
  for (const processes of [1, 2]) {
    const team: WorkerProcess[] = [];
    while (team.length < processes) team.push(await worker());
    const started = performance.now();
    await Promise.all(team.map((each) => each.call('manyFives', sizes.workflows / processes)));
    samples.push(
      sample(`I/${String(processes)}`, sizes.workflows / ((performance.now() - started) / 1000), 'workflows/s'),
    );
    stored += sizes.workflows;
    const counts = await team[0]?.call('stored');
    expect('Completed workflows in the store', counts?.completed ?? 0, stored);
    expect('Results in the store', counts?.results ?? 0, stored * STEPS);
    if (setup.peer === 'romancy') {
      const bodies = await Promise.all(team.map((each) => each.call('bodies')));
      expect(
        'Bodies run',
        bodies.reduce((sum, each) => sum + each, 0),
        sizes.workflows * STEPS,
      );
    }
    await Promise.all(team.map((each) => each.stop()));
  }
  return samples;
}
