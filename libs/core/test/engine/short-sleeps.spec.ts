import type { Engine } from '@romancy/core';
import { Gate } from '../support/gate.js';
import { failureOf, Lab, until } from '../support/lab.js';

/** Whatever the suite's own: only what is in memory can doze. */
const CACHED = { cacheSize: 1000 } as const;

let lab: Lab;
beforeEach(() => (lab = new Lab()));
afterEach(() => lab.close());

describe('a short sleep', () => {
  let gate: Gate;
  beforeEach(() => {
    gate = new Gate();
    const work = lab.app.activity('work', () => gate.enter());
    lab.app.workflow('busy', () => work());
    lab.app.workflow('nap', (ctx, duration: string) => ctx.sleep(duration as '1s'));
    lab.app.workflow('quick', () => 'done');
  });

  /** What was lent is back, once: a body takes the only slot there is, and the next instance waits for it. */
  async function expectOneSlot(engine: Engine): Promise<void> {
    const busy = await lab.start(engine, 'busy');
    await until('the body runs', () => gate.entered === 1);
    const waiting = await lab.start(engine, 'quick');
    expect(lab.row(waiting)).toMatchObject({ status: 'running', lockedBy: null });
    gate.open();
    await lab.result(engine, busy);
    expect(await lab.result(engine, waiting)).toBe('done');
  }

  it('keeps the lease and shows what it waits for', async () => {
    const engine = await lab.engine(CACHED);
    const id = await lab.start(engine, 'nap', '5s');
    await engine.whenIdle();
    expect(lab.row(id)).toMatchObject({ status: 'waiting_for_timer', lockedBy: expect.any(String) as string });
    await lab.result(engine, id);
    expect(lab.row(id)).toMatchObject({ status: 'completed', lockedBy: null });
  });

  it('costs two commits after that of the start, and no claim', async () => {
    const engine = await lab.engine({ ...CACHED, resumeInterval: '1h', timerInterval: '1h' });
    const points = lab.storage.faults.record();
    await lab.execute(engine, 'nap', '1s');
    const operations = points.filter(({ side }) => side === 'after').map(({ operation }) => operation);
    expect(operations.filter((operation) => operation === 'commits.write')).toHaveLength(3);
    expect(operations).not.toContain('leases.claimThese');
  });

  it.each([
    ['longer than the setting', '5001ms', {}],
    ['where the setting forbids it', '1ms', { parkSleepAfter: 0 }],
    ['where nothing is kept in memory', '1ms', { cacheSize: 0 }],
  ])('parks %s', async (_, duration, settings) => {
    const engine = await lab.engine({ ...CACHED, ...settings });
    const id = await lab.start(engine, 'nap', duration);
    await engine.whenIdle();
    expect(lab.row(id)).toMatchObject({ status: 'waiting_for_timer', lockedBy: null });
  });

  it('parks where as many doze as are kept in memory', async () => {
    const engine = await lab.engine({ cacheSize: 2 });
    const ids: string[] = [];
    for (let n = 0; n < 3; n += 1) {
      ids.push(await lab.start(engine, 'nap', '1s'));
      await engine.whenIdle();
    }
    expect(ids.map((id) => lab.row(id).lockedBy !== null)).toEqual([true, true, false]);
    for (const id of ids) await lab.result(engine, id);
  });

  it('lends its slot', async () => {
    const engine = await lab.engine({ ...CACHED, maxConcurrentInstances: 1 });
    const ids = [await lab.start(engine, 'nap', '1s'), await lab.start(engine, 'nap', '1s')];
    const begun = lab.clock.now();
    expect(await lab.execute(engine, 'quick')).toBe('done');
    expect(lab.clock.now()).toBe(begun);
    for (const id of ids) await lab.result(engine, id);
    expect(lab.clock.now()).toBe(begun + 1000);
    await expectOneSlot(engine);
  });

  it('of a cancelled instance ends at once', async () => {
    const engine = await lab.engine({ ...CACHED, maxConcurrentInstances: 1 });
    const id = await lab.start(engine, 'nap', '5s');
    await engine.whenIdle();
    const begun = lab.clock.now();
    await engine.cancel(id, 'enough');
    expect(await failureOf(engine.result(id))).toMatchObject({ code: 'ROMANCY_WORKFLOW_CANCELLED' });
    expect(lab.clock.now()).toBe(begun);
    await expectOneSlot(engine);
  });

  it('is handed over by a process that stops', async () => {
    const engine = await lab.anotherEngine(CACHED);
    const id = await lab.start(engine, 'nap', '5s');
    const due = lab.clock.now() + 5000;
    await engine.whenIdle();
    await engine.stop();
    expect(lab.row(id)).toMatchObject({ status: 'waiting_for_timer', lockedBy: null });
    const next = await lab.anotherEngine(CACHED);
    await lab.result(next, id);
    expect(lab.clock.now()).toBe(due);
  });

  it('goes on elsewhere after a crash, when the lease has run out', async () => {
    const connection = lab.storage.connect();
    const engine = await lab.engine({ ...CACHED, leaseDuration: '10s', storage: connection });
    const id = await lab.start(engine, 'nap', '5s');
    await engine.whenIdle();
    connection.faults.crash();
    const begun = lab.clock.now();
    await lab.result(await lab.anotherEngine({ ...CACHED, resumeInterval: '1s' }), id);
    expect(lab.steps(id)).toEqual(['sleep:1']);
    expect(lab.clock.now() - begun).toBeLessThan(12_000);
  });
});

it('what follows a short sleep runs as any other step does', async () => {
  const seen: unknown[] = [];
  const look = lab.app.activity('look', () => seen.push([lab.row('id').status, lab.steps('id').length]));
  lab.app.workflow('naps', async (ctx) => {
    for (let round = 0; round < 3; round += 1) {
      await ctx.sleep('1s');
      await look();
    }
  });
  const engine = await lab.engine(CACHED);
  await lab.execute(engine, 'naps', undefined, 'id');
  expect(seen).toEqual([1, 3, 5].map((rows) => ['running', rows]));
  expect(lab.record('id').timers.size).toBe(0);
});

it('the next of several deadlines decides whether it parks', async () => {
  lab.app.workflow('naps', (ctx) => Promise.all([ctx.sleep('2s'), ctx.sleep('1h')]));
  const engine = await lab.engine(CACHED);
  const id = await lab.start(engine, 'naps');
  await engine.whenIdle();
  expect(lab.row(id).lockedBy).not.toBeNull();
  await lab.clock.advance('3s');
  await engine.whenIdle();
  expect(lab.row(id)).toMatchObject({ status: 'waiting_for_timer', lockedBy: null });
  await lab.result(engine, id);
});
