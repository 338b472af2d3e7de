import { SimulatedPlatform } from './simulated-platform.js';
import { Simulation } from './simulation.js';

/**
 * How many courses of events are tried: SIMULATOR_SEEDS=20000 (with TEST_ALL=1 by default 5000), from SIMULATOR_FIRST_SEED on. One alone:
 * SIMULATOR_SEED=17.
 */
const COUNT = Number(process.env['SIMULATOR_SEEDS'] ?? (process.env['TEST_ALL'] === '1' ? 5000 : 300));
const FIRST = Number(process.env['SIMULATOR_FIRST_SEED'] ?? 1);
const ONLY = process.env['SIMULATOR_SEED'];
const PER_TEST = 50;

async function findViolations(seed: number, simulation = new Simulation(seed)): Promise<readonly string[]> {
  const platform = new SimulatedPlatform(simulation.world.clock, seed);
  try {
    return (await simulation.run()).map((violation) => `seed ${seed}: ${violation}`);
  } finally {
    platform.restore();
  }
}

const seeds = ONLY === undefined ? Array.from({ length: COUNT }, (_, index) => FIRST + index) : [Number(ONLY)];
const chunks = Array.from({ length: Math.ceil(seeds.length / PER_TEST) }, (_, index) =>
  seeds.slice(index * PER_TEST, (index + 1) * PER_TEST),
);

/** Defines the tests of the first or the second half of the chunks: two files, because jest runs files side by side. */
export function tryCourses(half: 0 | 1): void {
  const own = chunks.filter((_, index) => index % 2 === half || chunks.length === 1);
  describe('whatever happens to processes and their database, every promise is kept', () => {
    it.each(own.map((chunk) => [chunk[0], chunk.at(-1), chunk] as const))(
      'seeds %d to %d',
      async (_first, _last, chunk) => {
        const violations: string[] = [];
        for (const seed of chunk) violations.push(...(await findViolations(seed)));
        expect(violations).toEqual([]);
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
