import type { ClusterOptions } from './cluster.js';
import { crashPoints, differences } from './crash-points.js';
import { TalkRun } from './talk-run.js';

describe.each<[string, Partial<ClusterOptions>]>([
  ['many writers', {}],
  ['a single writer', { singleWriter: true }],
  ['no coroutine kept in memory', { settings: { cacheSize: 0 } }],
])('a process dies at any moment while workflows wait, talk and listen (%s)', (_name, options) => {
  it('and another one loses and doubles nothing', async () => {
    const undisturbed = new TalkRun(options);
    const labels = await crashPoints((prepare) => undisturbed.drive(prepare));
    const expected = undisturbed.observe();
    expect(undisturbed.world.violations).toEqual([]);
    expect(expected).toMatchObject({
      jobs: ['a', 'after the start', 'b', 'c'],
      outbox: ['leader/announce:1'],
      left: [],
    });
    expect(labels.length).toBeGreaterThan(200);
    const wrong: unknown[] = [];
    for (const label of labels) {
      const run = new TalkRun(options);
      const first = await run.drive((worker) => worker.storage.faults.crashAt(label));
      if (first.dead) await run.drive();
      const problems = [...run.world.violations, ...differences(run.observe(), expected)];
      if (problems.length > 0) wrong.push({ label, problems });
    }
    expect(wrong).toEqual([]);
  }, 240_000);
});
