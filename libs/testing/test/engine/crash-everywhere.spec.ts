import { crashPoints, differences } from './crash-points.js';
import { SagaRun, type Ending } from './saga-run.js';
import type { ClusterOptions } from './cluster.js';

describe.each<[string, Partial<ClusterOptions>]>([
  ['many writers', {}],
  ['a single writer', { singleWriter: true }],
  ['no coroutine kept in memory', { settings: { cacheSize: 0 } }],
])('a process dies at any moment of the reference saga (%s)', (_name, options) => {
  it.each<Ending>(['completed', 'failed', 'cancelled'])(
    'and another one finishes it as if nothing had happened: %s',
    async (ending) => {
      const undisturbed = new SagaRun(ending, options);
      const labels = await crashPoints((prepare) => undisturbed.drive(prepare));
      const expected = undisturbed.observe();
      expect(undisturbed.world.violations).toEqual([]);
      expect(expected.status).toBe(ending);
      expect(labels.length).toBeGreaterThan(40);
      const wrong: unknown[] = [];
      for (const label of labels) {
        const run = new SagaRun(ending, options);
        const first = await run.drive((worker) => worker.storage.faults.crashAt(label));
        if (first.dead) await run.drive();
        const seen = run.observe();
        const problems = [...run.world.violations];
        problems.push(...differences(seen, expected));
        const twice = [...run.world.bodies].filter(([step, count]) => count > mostRuns(step));
        if (twice.length > 0) problems.push(`ran too often: ${JSON.stringify(twice)}`);
        if (problems.length > 0) wrong.push({ label, problems });
      }
      expect(wrong).toEqual([]);
    },
    120_000,
  );
});

/** One crash repeats at most one attempt. */
function mostRuns(step: string): number {
  if (step === 's/flaky:1') return 4;
  return step === 's/patient:1' ? 3 : 2;
}
