import { isDeepStrictEqual } from 'node:util';
import { SagaRun, type Ending, type Observation } from './saga-run.js';
import type { ClusterOptions } from './cluster.js';

/** Loops ask the same again and again: a few of their calls stand for all. */
const REPEATED = /^(leases\.scan|liveness\.\w+|leadership\.\w+|leases\.renew|timers\.upcoming|databaseNow)#(\d+) /;

async function crashPoints(
  ending: Ending,
  options: Partial<ClusterOptions>,
): Promise<{ labels: string[]; expected: Observation }> {
  const run = new SagaRun(ending, options);
  const labels: string[] = [];
  await run.drive((worker) => worker.storage.faults.intercept((point) => void labels.push(point.label)));
  expect(run.world.violations).toEqual([]);
  const isFew = (label: string): boolean => Number(REPEATED.exec(label)?.[2] ?? 1) <= 2;
  return { labels: labels.filter(isFew), expected: run.observe() };
}

describe.each<[string, Partial<ClusterOptions>]>([
  ['many writers', {}],
  ['a single writer', { singleWriter: true }],
  ['no coroutine kept in memory', { settings: { cacheSize: 0 } }],
])('a process dies at any moment of the reference saga (%s)', (_name, options) => {
  it.each<Ending>(['completed', 'failed', 'cancelled'])(
    'and another one finishes it as if nothing had happened: %s',
    async (ending) => {
      const { labels, expected } = await crashPoints(ending, options);
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

function differences(seen: Observation, expected: Observation): string[] {
  const keys = Object.keys(expected) as (keyof Observation)[];
  return keys
    .filter((key) => !isDeepStrictEqual(seen[key], expected[key]))
    .map((key) => `${key} is ${JSON.stringify(seen[key])} instead of ${JSON.stringify(expected[key])}`);
}

/** One crash repeats at most one attempt. */
function mostRuns(step: string): number {
  if (step === 's/flaky:1') return 4;
  return step === 's/patient:1' ? 3 : 2;
}
