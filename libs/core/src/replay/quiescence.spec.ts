import { activity, CoroutineRun } from '../../test/support/coroutine-run.js';
import { quiesce, yieldToEventLoop } from './quiescence.js';

const step = activity('step');

/** A chain of promises of this depth; answers what to ask for its progress. */
function chain(depth: number): { readonly done: () => boolean } {
  let done = false;
  let link: Promise<void> = Promise.resolve();
  for (let hop = 0; hop < depth; hop += 1) link = link.then(() => undefined);
  void link.then(() => (done = true));
  return { done: () => done };
}

/** Async functions inside one another, as user code nests them. */
async function nested(depth: number): Promise<number> {
  return depth === 0 ? 0 : 1 + (await nested(depth - 1));
}

describe('quiesce', () => {
  it.each([1, 10, 1_000, 20_000])('comes after a chain of %d promises', async (depth) => {
    const { done } = chain(depth);
    await quiesce();
    expect(done()).toBe(true);
  });

  it('comes after deeply nested async functions and combinators', async () => {
    let sum = 0;
    void Promise.all([nested(300), Promise.race([nested(200), nested(50)]), Promise.allSettled([nested(400)])]).then(
      ([a, b]) => (sum = a + b),
    );
    await quiesce();
    expect(sum).toBe(350);
  });

  it('comes after chains that start one another', async () => {
    const log: string[] = [];
    const again = async (left: number): Promise<void> => {
      await Promise.resolve();
      log.push(String(left));
      if (left > 0) void Promise.resolve().then(() => again(left - 1));
    };
    void again(100);
    await quiesce();
    expect(log).toHaveLength(101);
  });

  it('does not wait for timers, I/O or immediates', async () => {
    let later = false;
    setImmediate(() => (later = true));
    await quiesce();
    expect(later).toBe(false);
  });

  it('is shared by callers of one drain, and still comes after what each of them has started', async () => {
    const first = chain(200);
    const one = quiesce();
    const second = chain(500);
    const two = quiesce();
    let microtasks = 0;
    const seen = await Promise.all([
      one.then(() => [first.done(), second.done()]),
      // A point of its own would come a drain later, with microtasks in between.
      two.then(() => [first.done(), second.done(), microtasks]),
      one.then(() => Promise.resolve()).then(() => (microtasks += 1)),
    ]);
    expect(seen.slice(0, 2)).toEqual([
      [true, true],
      [true, true, 0],
    ]);
  });

  it('is not shared with a caller that comes when the point is already queued', async () => {
    await Promise.resolve();
    let late: Promise<void> | undefined;
    let work: ReturnType<typeof chain> | undefined;
    // This tick is queued before the point's own, and runs after the point was closed for joining: no drain lies between the two.
    process.nextTick(() => {
      work = chain(300);
      late = quiesce();
    });
    const early = quiesce();
    await early;
    expect(late).toBeDefined();
    expect(late).not.toBe(early);
    await late;
    expect(work?.done()).toBe(true);
  });

  it('holds for ticks that are queued together', async () => {
    await Promise.resolve();
    const seen: boolean[] = [];
    const all = Array.from(
      { length: 20 },
      (_, index) =>
        new Promise<void>((resolve) => {
          process.nextTick(() => {
            const { done } = chain(10 + index * 7);
            void quiesce().then(() => {
              seen.push(done());
              resolve();
            });
          });
        }),
    );
    await Promise.all(all);
    expect(seen).toEqual(Array.from({ length: 20 }, () => true));
  });

  it('keeps coroutines that share points apart: each comes to rest with all that its event has caused', async () => {
    const workflow = (hops: number) => async () => {
      for (let round = 1; round <= 5; round += 1) {
        await step(round);
        for (let hop = 0; hop < hops; hop += 1) await Promise.resolve();
      }
      return hops;
    };
    const drive = async (hops: number): Promise<readonly number[]> => {
      const run = new CoroutineRun(workflow(hops));
      const pending: number[] = [];
      await run.start();
      for (let round = 1; round <= 5; round += 1) {
        pending.push(run.coroutine.pendingCount);
        await run.succeed(`step:${String(round)}`);
      }
      expect(run.coroutine.outcome).toEqual({ kind: 'completed', value: hops });
      return pending;
    };
    const all = await Promise.all(Array.from({ length: 60 }, (_, index) => drive(index * 3)));
    for (const pending of all) expect(pending).toEqual([1, 1, 1, 1, 1]);
  });
});

describe('yieldToEventLoop', () => {
  it('lets immediates that wait already go first', async () => {
    let passed = false;
    setImmediate(() => (passed = true));
    await yieldToEventLoop();
    expect(passed).toBe(true);
  });
});
