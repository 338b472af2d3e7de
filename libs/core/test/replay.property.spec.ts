import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { Random } from './shapes/random.js';
import { ShapeRun } from './shapes/shape-run.js';
import { ANYTHING, shapes, type Shape } from './shapes/shape.js';

/** ROMANCY_PROPERTY_RUNS=50000 looks harder; ROMANCY_PROPERTY_SEED repeats a run whose failure has told its seed. */
const RUNS = Number(process.env['ROMANCY_PROPERTY_RUNS'] ?? 2_000);
const SEED = process.env['ROMANCY_PROPERTY_SEED'];
const PARAMETERS = { numRuns: RUNS, ...(SEED === undefined ? {} : { seed: Number(SEED) }) };
const MOST_EVENTS = 40;

async function liveRun(shape: Shape, seed: number): Promise<ShapeRun> {
  const live = new ShapeRun(shape);
  await live.start();
  await live.liveOn(new Random(seed), MOST_EVENTS);
  return live;
}

/** A fresh coroutine that is told the first so many events of another run. */
async function replay(shape: Shape, original: ShapeRun, events: number): Promise<ShapeRun> {
  const run = new ShapeRun(shape);
  await run.start();
  for (const event of original.history.slice(0, events)) await run.deliver(event);
  return run;
}

/**
 * A coroutine does not know what comes next, so one replay of everything, looked at after each event, is a replay of every prefix. A few runs
 * that really end early go beside it, and all of them share their quiescence points.
 */
async function expectEveryPrefixToReplay(shape: Shape, original: ShapeRun, random: Random): Promise<void> {
  const whole = original.history.length;
  const prefixes = [whole, ...Array.from({ length: 3 }, () => random.below(whole + 1))];
  const replays = await Promise.all(prefixes.map((events) => replay(shape, original, events)));
  replays.forEach((run, index) => expectSame(run, original, prefixes[index] ?? 0));
}

/** `run` has been told the first so many events of `original`: at none of them could anything else be seen. */
function expectSame(run: ShapeRun, original: ShapeRun, events: number): void {
  const sights = original.sights.slice(0, events + 1);
  const last = sights.at(-1);
  const whole = {
    sights,
    commands: original.commands.slice(0, last?.commands),
    trace: original.trace.slice(0, last?.trace),
  };
  const { commands, trace } = run;
  // Far cheaper than the matcher, which is left to explain.
  if (!isDeepStrictEqual({ sights: run.sights, commands, trace }, whole)) {
    expect({ sights: run.sights, commands, trace }).toEqual(whole);
  }
}

describe('for random workflows, completion orders and crash points', () => {
  it(
    `every prefix of every history replays to the same commands, results and outcome (${String(RUNS)} workflows)`,
    async () => {
      await fc.assert(
        fc.asyncProperty(shapes(ANYTHING), fc.nat(), async (shape, seed) => {
          const live = await liveRun(shape, seed);
          await expectEveryPrefixToReplay(shape, live, new Random(seed));
        }),
        PARAMETERS,
      );
    },
    RUNS * 30 + 10_000,
  );

  it(
    'a run that goes on after a crash in another order replays as well',
    async () => {
      await fc.assert(
        fc.asyncProperty(shapes(ANYTHING), fc.nat(), fc.nat(), async (shape, seed, other) => {
          const live = await liveRun(shape, seed);
          const resumed = await replay(shape, live, new Random(other).below(live.history.length + 1));
          await resumed.liveOn(new Random(other), MOST_EVENTS + 20);
          const again = await replay(shape, resumed, resumed.history.length);
          expectSame(again, resumed, resumed.history.length);
        }),
        PARAMETERS,
      );
    },
    RUNS * 30 + 10_000,
  );

  it('are workflows whose branches get the wrong results when a recorded step resolves as soon as it is asked for', async () => {
    const samples = fc.sample(fc.tuple(shapes(ANYTHING), fc.nat()), { numRuns: 300, seed: Number(SEED ?? 7) });
    let wrong = 0;
    for (const [shape, seed] of samples) {
      const live = await liveRun(shape, seed);
      const lookedUp = await lookUp(shape, live).catch(() => undefined);
      if (JSON.stringify(lookedUp?.seen) !== JSON.stringify(live.seen)) wrong += 1;
    }
    expect(wrong).toBeGreaterThan(50);
  });
});

/** The design that this engine rejects, as a proof that the workflows above can tell the difference. */
async function lookUp(shape: Shape, live: ShapeRun): Promise<ShapeRun> {
  const run = new ShapeRun(shape);
  const recorded = new Map(live.history.map((event) => [event.stepId, event]));
  await run.start();
  for (;;) {
    const known = run.pendingCommands.map(({ stepId }) => recorded.get(stepId)).find((event) => event !== undefined);
    if (known === undefined) return run;
    await run.deliver(known);
  }
}
