import { Gate } from '../support/gate.js';
import { Lab, until } from '../support/lab.js';

const DAY = 86_400_000;

/** Loops that do not get in the way where days pass. */
const RARELY = { resumeInterval: '6h', timerInterval: '6h', leaseDuration: '1d' } as const;

let lab: Lab;
beforeEach(() => (lab = new Lab()));
afterEach(() => lab.close());

const elapsed = async (work: () => Promise<unknown>): Promise<number> => {
  const begun = lab.clock.now();
  await work();
  return lab.clock.now() - begun;
};

describe('ctx.sleep', () => {
  it.each(['30ms', '5s', '2h', '3d'] as const)(
    '%s ends then: not early, and not at the next poll',
    async (duration) => {
      lab.app.workflow('nap', (ctx) => ctx.sleep(duration));
      const engine = await lab.engine(RARELY);
      const took = await elapsed(() => lab.execute(engine, 'nap'));
      const asked = { '30ms': 30, '5s': 5000, '2h': 7_200_000, '3d': 3 * DAY }[duration];
      expect(took).toBe(asked);
    },
  );

  it('parks the instance, which then holds neither worker nor lease', async () => {
    lab.app.workflow('nap', (ctx) => ctx.sleep('1h'));
    const engine = await lab.engine({ maxConcurrentInstances: 1 });
    const id = await lab.start(engine, 'nap');
    await lab.clock.runUntilIdle();
    expect(lab.row(id)).toMatchObject({ status: 'waiting_for_timer', lockedBy: null });
    expect([...lab.record(id).timers.values()]).toMatchObject([
      { timerId: 'sleep:1', activityId: 'sleep:1', expiresAt: lab.clock.now() + 3_600_000 },
    ]);
    await engine.whenIdle();
    await lab.result(engine, id);
    expect(lab.record(id).timers.size).toBe(0);
  });

  it('of no time at all is a step, and does not park', async () => {
    lab.app.workflow('nap', (ctx) => ctx.sleep(0));
    const engine = await lab.engine();
    const id = await lab.start(engine, 'nap');
    await lab.result(engine, id);
    expect(lab.steps(id)).toEqual(['sleep:1']);
  });

  it('next to a running step does not park; whichever ends first goes on', async () => {
    const gate = new Gate<string>();
    const work = lab.app.activity('work', () => gate.enter());
    lab.app.workflow('both', async (ctx) => {
      const first = await Promise.race([work(), ctx.sleep('1m').then(() => 'timeout')]);
      return [first, ctx.now().getTime()];
    });
    const engine = await lab.engine();
    const begun = lab.clock.now();
    const slow = await lab.start(engine, 'both');
    expect(await lab.result(engine, slow)).toEqual(['timeout', begun + 60_000]);
    const quick = await lab.start(engine, 'both');
    await until('the body runs', () => gate.entered === 2);
    gate.open('of the first');
    gate.open('done');
    expect(await lab.result(engine, quick)).toEqual(['done', begun + 60_000]);
    expect(lab.record(quick).timers.size).toBe(0);
  });

  it('several at once end in the order of their deadlines', async () => {
    lab.app.workflow('naps', async (ctx) => {
      const order: number[] = [];
      await Promise.all([3, 1, 2].map((n) => ctx.sleep(`${n}h`).then(() => order.push(n))));
      return order;
    });
    const engine = await lab.engine(RARELY);
    const id = await lab.start(engine, 'naps');
    expect(await elapsed(() => lab.result(engine, id))).toBe(3 * 3_600_000);
    expect(await lab.result(engine, id)).toEqual([1, 2, 3]);
    expect(lab.steps(id)).toEqual(['sleep:2', 'sleep:3', 'sleep:1']);
  });
});

describe('a deadline', () => {
  it('stands through restarts: a replay never extends it', async () => {
    lab.app.workflow('nap', async (ctx) => {
      await ctx.sleep('10h');
      return ctx.now().getTime();
    });
    const begun = lab.clock.now();
    const first = await lab.anotherEngine(RARELY);
    const id = await lab.start(first, 'nap');
    await lab.clock.advance('4h');
    await first.stop();
    await lab.clock.advance('3h');
    const second = await lab.anotherEngine(RARELY);
    expect(await lab.result(second, id)).toBe(begun + 36_000_000);
  });

  it('stands through a crash that comes while the instance is in hand', async () => {
    const gate = new Gate();
    const work = lab.app.activity('work', () => gate.enter(), { transactional: false });
    lab.app.workflow('both', async (ctx) => {
      await Promise.race([work(), ctx.sleep('10h')]);
      return ctx.now().getTime();
    });
    const begun = lab.clock.now();
    const connection = lab.storage.connect();
    const first = await lab.engine({ ...RARELY, leaseDuration: '1h', storage: connection });
    const id = await lab.start(first, 'both');
    await lab.clock.advance('4h');
    connection.faults.crash();
    const second = await lab.anotherEngine({ ...RARELY, resumeInterval: '1h', leaseDuration: '15s' });
    expect(await lab.result(second, id)).toBe(begun + 36_000_000);
  });

  it('stands when the code asks for another one after a deploy', async () => {
    lab.app.workflow('nap', async (ctx) => {
      await ctx.sleep('10h');
      return ctx.now().getTime();
    });
    const begun = lab.clock.now();
    const first = await lab.anotherEngine(RARELY);
    const id = await lab.start(first, 'nap');
    await lab.clock.advance('4h');
    await first.stop();
    lab.app.workflow(
      'nap',
      async (ctx) => {
        await ctx.sleep('100h');
        return ctx.now().getTime();
      },
      'v2',
    );
    const second = await lab.anotherEngine(RARELY);
    expect(await lab.result(second, id)).toBe(begun + 36_000_000);
  });

  it('that has been met leaves no row behind', async () => {
    lab.app.workflow('naps', async (ctx) => {
      await ctx.sleep('1h');
      await ctx.sleep('5h');
    });
    const engine = await lab.engine(RARELY);
    const id = await lab.start(engine, 'naps');
    await lab.clock.advance('2h');
    expect([...lab.record(id).timers.keys()]).toEqual(['sleep:2']);
  });

  it('that passed while no process lived ends at once when one comes', async () => {
    lab.app.workflow('nap', async (ctx) => {
      await ctx.sleep('1h');
      return ctx.now().getTime();
    });
    const first = await lab.anotherEngine(RARELY);
    const id = await lab.start(first, 'nap');
    await lab.clock.runUntilIdle();
    await first.stop();
    await lab.clock.advance('30d');
    const restarted = lab.clock.now();
    const second = await lab.anotherEngine();
    const woke = (await lab.result(second, id)) as number;
    expect(woke - restarted).toBeLessThan(1000);
  });

  it('is met by another process when the one that set it is gone', async () => {
    lab.app.workflow('nap', (ctx) => ctx.sleep('25s'));
    const connection = lab.storage.connect();
    const first = await lab.engine({ storage: connection });
    const second = await lab.anotherEngine();
    const id = await lab.start(first, 'nap');
    await lab.clock.runUntilIdle();
    connection.faults.crash();
    expect(await elapsed(() => lab.result(second, id))).toBeLessThan(26_000);
  });

  it('counts from the last recorded event, not from the process that replays', async () => {
    lab.app.workflow('naps', async (ctx) => {
      await ctx.sleep('1h');
      await ctx.sleep('1h');
      return ctx.now().getTime();
    });
    const begun = lab.clock.now();
    const connection = lab.storage.connect();
    const first = await lab.engine({ ...RARELY, leaseDuration: '10m', storage: connection });
    connection.faults.intercept(({ side, entries }) =>
      side === 'before' && entries.some(({ history }) => history.some((row) => row.activityId === 'sleep:1'))
        ? 'crash'
        : undefined,
    );
    const id = await lab.start(first, 'naps');
    await lab.clock.advance('2h');
    expect(connection.faults.crashed).toBe(true);
    const second = await lab.anotherEngine({ ...RARELY, resumeInterval: '1h' });
    const ended = (await lab.result(second, id)) as number;
    // The first wait was over at begun + 1h, but that was never recorded: the second one begins when it is.
    expect(ended).toBeGreaterThanOrEqual(begun + 7_200_000);
    expect(lab.history(id).map(({ time }) => time)).toEqual(
      [...lab.history(id).map(({ time }) => time)].sort((a, b) => a - b),
    );
  });
});

describe('ctx.now', () => {
  it('is the same in a replay, to the millisecond', async () => {
    const seen: number[][] = [];
    const work = lab.app.activity('work', async () => {
      await new Promise<void>((resolve) => lab.clock.setTimer(1234.5, resolve));
    });
    lab.app.workflow('times', async (ctx) => {
      const times = [ctx.now().getTime()];
      seen.push(times);
      await work();
      times.push(ctx.now().getTime());
      await ctx.sleep('7ms');
      times.push(ctx.now().getTime());
      await ctx.sleep('1h');
      times.push(ctx.now().getTime());
    });
    const engine = await lab.engine({ cacheSize: 0 });
    const begun = lab.clock.now();
    await lab.execute(engine, 'times');
    const runs = seen.map((times) => times.map((time) => time - begun));
    expect(runs.length).toBeGreaterThan(1);
    const whole = runs.at(-1) ?? [];
    expect(whole).toHaveLength(4);
    expect(whole[0]).toBe(0);
    for (const run of runs) expect(run).toEqual(whole.slice(0, run.length));
  });

  it('never goes back, although the clock of the next process is behind', async () => {
    const gate = new Gate();
    const work = lab.app.activity('work', () => gate.enter());
    lab.app.workflow('times', async (ctx) => {
      const times = [ctx.now().getTime()];
      for (let round = 0; round < 3; round += 1) {
        await work();
        times.push(ctx.now().getTime());
      }
      return times;
    });
    const connection = lab.storage.connect();
    const first = await lab.engine({ storage: connection });
    const id = await lab.start(first, 'times');
    await until('the body runs', () => gate.entered === 1);
    await lab.clock.advance('10m');
    gate.open();
    await until('the second body runs', () => gate.entered === 2);
    connection.faults.crash();
    const behind = {
      authoritative: true,
      now: () => lab.clock.now() - 300_000,
      setTimer: (...args: Parameters<typeof lab.clock.setTimer>) => lab.clock.setTimer(...args),
    };
    const second = await lab.anotherEngine({ clock: behind });
    await lab.clock.advance('30s');
    await until('it runs again', () => gate.entered === 3);
    gate.open();
    gate.open();
    await until('the last body runs', () => gate.entered === 4);
    gate.open();
    const times = (await lab.result(second, id)) as number[];
    expect(times.map((time) => time - (times[0] ?? 0))).toEqual([0, 600_000, 600_000, 600_000]);
    // The rows say the same.
    expect(lab.history(id).map(({ time }) => time - (times[0] ?? 0))).toEqual([600_000, 600_000, 600_000]);
  });

  it('is corrected to the clock of the database', async () => {
    await lab.close();
    lab = new Lab({ clockOffset: 5_000_000 });
    lab.app.workflow('time', (ctx) => ctx.now().getTime());
    const skewed = {
      now: () => lab.clock.now(),
      setTimer: (...args: Parameters<typeof lab.clock.setTimer>) => lab.clock.setTimer(...args),
    };
    const engine = await lab.engine({ clock: skewed });
    expect(await lab.execute(engine, 'time')).toBe(lab.storage.database.now());
  });
});

describe('a cached coroutine', () => {
  it.each([
    [1000, 1],
    [0, 4],
  ])('is woken where it stopped (cacheSize %d: run is called %d times)', async (cacheSize, calls) => {
    let begun = 0;
    lab.app.workflow('naps', async (ctx) => {
      begun += 1;
      let sum = 0;
      for (let round = 1; round <= 3; round += 1) {
        await ctx.sleep('1h');
        sum += round;
      }
      return sum;
    });
    const engine = await lab.engine({ ...RARELY, cacheSize });
    expect(await lab.execute(engine, 'naps')).toBe(6);
    expect(begun).toBe(calls);
  });

  it('makes room for others: the one that was used longest ago goes first, and loses nothing', async () => {
    const begun: string[] = [];
    lab.app.workflow('nap', async (ctx) => {
      begun.push(ctx.instanceId);
      await ctx.sleep('1h');
      return ctx.instanceId;
    });
    const engine = await lab.engine({ ...RARELY, cacheSize: 2 });
    for (const id of ['a', 'b', 'c']) await lab.start(engine, 'nap', undefined, id);
    await lab.clock.runUntilIdle();
    for (const id of ['a', 'b', 'c']) expect(await lab.result(engine, id)).toBe(id);
    expect(begun).toEqual(['a', 'b', 'c', 'a']);
  });

  it('catches up with what another process has done meanwhile', async () => {
    const work = lab.app.activity('work', (n: number) => n * 2);
    lab.app.workflow('turns', async (ctx) => {
      const seen: number[] = [];
      for (let round = 1; round <= 4; round += 1) {
        seen.push(await work(round));
        await ctx.sleep('1h');
      }
      return seen;
    });
    const first = await lab.anotherEngine({ ...RARELY, cacheSize: 1000 });
    const id = await lab.start(first, 'turns');
    await lab.clock.runUntilIdle();
    // Another process is faster for two rounds; then it dies, and the first one has the third.
    const connection = lab.storage.connect();
    await lab.clock.advance('59m');
    first.loops.forEach((loop) => loop.pause());
    const second = await lab.engine({ ...RARELY, storage: connection, timerInterval: '10s' });
    await lab.clock.advance('90m');
    expect(lab.steps(id).length).toBeGreaterThanOrEqual(4);
    connection.faults.crash();
    first.loops.forEach((loop) => loop.resume());
    expect(await lab.result(first, id)).toEqual([2, 4, 6, 8]);
    expect(lab.steps(id)).toEqual(['work:1', 'sleep:1', 'work:2', 'sleep:2', 'work:3', 'sleep:3', 'work:4', 'sleep:4']);
    expect(second.state).toBe('started');
  });
});
