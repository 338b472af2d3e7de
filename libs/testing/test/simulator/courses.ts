import { linesOf } from '../support/apart.js';
import { Simulation } from './simulation.js';
import { findViolations } from './violations.js';

/**
 * How many courses of events are tried: SIMULATOR_SEEDS=20000 (with TEST_ALL=1 by default 5000), from SIMULATOR_FIRST_SEED on. One alone:
 * SIMULATOR_SEED=17.
 */
const COUNT = Number(process.env['SIMULATOR_SEEDS'] ?? (process.env['TEST_ALL'] === '1' ? 5000 : 300));
const FIRST = Number(process.env['SIMULATOR_FIRST_SEED'] ?? 1);
const ONLY = process.env['SIMULATOR_SEED'];
const PER_TEST = 250;

const PROGRAM = new URL('main.ts', import.meta.url);

const first = ONLY === undefined ? FIRST : Number(ONLY);
const last = ONLY === undefined ? FIRST + COUNT - 1 : first;
const ranges = Array.from({ length: Math.ceil((last - first + 1) / PER_TEST) }, (_, index): [number, number] => [
  first + index * PER_TEST,
  Math.min(first + (index + 1) * PER_TEST - 1, last),
]);

/** Defines the tests of every second range: two files, because jest runs files side by side. */
export function tryCourses(half: 0 | 1): void {
  const own = ranges.filter((_, index) => index % 2 === half || ranges.length === 1);
  describe('whatever happens to processes and their database, every promise is kept', () => {
    it.each(own)(
      'seeds %d to %d',
      async (from, to) => {
        expect(await linesOf(PROGRAM, from, to)).toEqual([`${String(to - from + 1)} courses tried`]);
      },
      600_000,
    );
  });
}

/** Everything that a course leaves behind. */
async function traceOf(seed: number): Promise<unknown> {
  const simulation = new Simulation(seed);
  await findViolations(seed, simulation);
  const { clock, outside, storage } = simulation.world;
  const histories = [...storage.database.instances.values()].map(({ row, history }) => [
    row.instanceId,
    row.status,
    history,
  ]);
  return JSON.stringify([clock.now(), simulation.workers.length, outside, storage.effects, histories]);
}

/** Defines the test that what one seed has shown it shows again. */
export function tryAgain(): void {
  it.each([1, 2, 3, 34, 52])(
    'the seed %d gives the same course again',
    async (seed) => {
      expect(await traceOf(seed)).toBe(await traceOf(seed));
    },
    60_000,
  );
}
