import { fileURLToPath } from 'node:url';
import { EntryConflictError, type Engine, type WorkflowContext } from '@romancy/core';
import { App } from '../support/app.js';
import { Gate } from '../support/gate.js';
import { Hold } from '../support/hold.js';
import { failureOf, Lab, until } from '../support/lab.js';

const HERE = fileURLToPath(import.meta.url);

let lab: Lab;
beforeEach(() => (lab = new Lab()));
afterEach(() => lab.close());

type Run = (ctx: WorkflowContext, steps: Steps) => unknown;
type Steps = Readonly<Record<'charge' | 'ship' | 'pack', (...args: unknown[]) => Promise<unknown>>>;

/** An application whose workflow `order` is this code in this version. */
function application(run: Run, version: string): App {
  const app = new App();
  const step = (name: string) => app.activity(name, (...args: unknown[]) => `${name} ${args.join()}`);
  const steps = { charge: step('charge'), ship: step('ship'), pack: step('pack') };
  app.workflow('order', (ctx) => run(ctx, steps), version);
  return app;
}

/** Runs the first code until it sleeps, then hands the instance to a process with the second code, past the sleep. */
async function redeploy(
  before: Run,
  after: Run,
  version = 'v2',
): Promise<{ readonly engine: Engine; readonly id: string }> {
  const first = await lab.anotherEngine({ app: application(before, 'v1') });
  const id = await lab.start(first, 'order');
  await lab.clock.advance('1m');
  await first.stop();
  const engine = await lab.anotherEngine({ app: application(after, version) });
  await lab.clock.advance('2h');
  return { engine, id };
}

const ORIGINAL: Run = async (ctx, { charge, ship }) => {
  await charge('a');
  await ctx.sleep('1h');
  return ship('b');
};

describe('code that does not fit the history', () => {
  it.each<[string, Run, string, object]>([
    [
      'asks for another step',
      async (ctx, { pack, ship }) => {
        await pack('x');
        await ctx.sleep('1h');
        return ship();
      },
      'ROMANCY_NONDETERMINISM_MISSING_STEP',
      {
        stepId: 'charge:1',
        asked: { stepId: 'pack:1', name: 'pack', kind: 'activity', inputPreview: '["x"]' },
        recorded: {
          stepId: 'charge:1',
          name: 'charge',
          inputPreview: '["a"]',
          time: '2026-01-01T00:00:00.000Z',
          codeVersion: 'v1',
        },
      },
    ],
    [
      'asks for another kind of step under a recorded id',
      async (ctx, { ship }) => {
        await ctx.sleep('1h', { key: 'x' });
        await ship();
      },
      'ROMANCY_NONDETERMINISM_MISSING_STEP',
      { asked: { stepId: 'sleep:=x', kind: 'sleep' } },
    ],
    [
      'ends too early',
      async (_ctx, { charge }) => charge('a').then(() => 'done'),
      'ROMANCY_NONDETERMINISM_UNREAD_HISTORY',
      { recorded: { stepId: 'sleep:1' } },
    ],
  ])('%s: the instance is blocked with an explanation, and not failed', async (_what, after, code, details) => {
    // With `sleep:1` recorded, so that there is something to leave unread.
    const slept: Run = async (ctx, steps) => {
      await steps.charge('a');
      await ctx.sleep('1s');
      await ctx.sleep('1h');
      return steps.ship('b');
    };
    const { engine, id } = await redeploy(slept, after);
    const block = await engine.block(id);
    expect(block).toMatchObject({ code, codeVersion: 'v2', explanation: { instanceId: id, ...details } });
    expect(block?.blockedAt.getTime()).toBeGreaterThan(0);
    expect(block?.explanation).toMatchObject({
      message: expect.stringContaining(id),
      probableCause: expect.any(String),
      fixes: expect.any(Array),
    });
    expect(lab.row(id)).toMatchObject({ status: 'running', lockedBy: null, output: null });
    expect(lab.steps(id)).toEqual(['charge:1', 'sleep:1']);
    expect(lab.logs.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  it('names the place of the call that differs', async () => {
    let line = 0;
    const { engine, id } = await redeploy(ORIGINAL, async (ctx, { pack }) => {
      line = Number(/:(\d+):\d+\)?$/.exec(new Error().stack?.split('\n')[1] ?? '')?.[1]) + 1;
      await pack();
      await ctx.sleep('1h');
    });
    const { explanation } = (await engine.block(id)) ?? {};
    expect(explanation).toMatchObject({ asked: { callSite: `${HERE}:${String(line)}` } });
    expect(explanation).toMatchObject({ message: expect.stringContaining(`${HERE}:${String(line)}`) });
  });

  it('says when a key belongs to another kind of step now', async () => {
    const { engine, id } = await redeploy(
      async (ctx) => {
        await ctx.step('pay', () => 1, { key: 'k' });
        await ctx.sleep('1h');
      },
      async (ctx) => {
        await ctx.sleep('1s', { key: 'k' });
        await ctx.sleep('1h');
      },
    );
    expect(await engine.block(id)).toMatchObject({ code: 'ROMANCY_NONDETERMINISM_MISSING_STEP' });
    const again = await redeploy(
      async (ctx) => {
        await ctx.step('sleep', () => 1, { key: 'k' });
        await ctx.sleep('1h');
      },
      async (ctx) => {
        await ctx.sleep('1s', { key: 'k' });
        await ctx.sleep('1h');
      },
    );
    expect(await again.engine.block(again.id)).toMatchObject({
      code: 'ROMANCY_NONDETERMINISM_STEP_CHANGED',
      explanation: { asked: { stepId: 'sleep:=k', kind: 'sleep' }, recorded: { stepId: 'sleep:=k', kind: 'activity' } },
    });
  });

  it('is left alone while only this version is there: no loop over it, no restart of it', async () => {
    const { engine, id } = await redeploy(ORIGINAL, async (_ctx, { pack }) => pack());
    const errors = (): number => lab.logs.filter(({ level }) => level === 'error').length;
    expect(errors()).toBe(1);
    await lab.clock.advance('10m');
    expect(errors()).toBe(1);
    expect(await engine.get(id)).toMatchObject({ status: 'running' });
    expect(await failureOf(engine.result(id, { timeout: 0 }))).toMatchObject({ code: 'ROMANCY_RESULT_TIMEOUT' });
  });

  it('goes on under another code version that fits', async () => {
    const { engine, id } = await redeploy(ORIGINAL, async (_ctx, { pack }) => pack());
    expect(await engine.block(id)).toBeDefined();
    const repaired = await lab.anotherEngine({ app: application(ORIGINAL, 'v3') });
    expect(await lab.result(repaired, id)).toBe('ship b');
    expect(await engine.block(id)).toBeUndefined();
  });

  it('goes on when it is retried after a repair that kept the version', async () => {
    const { engine, id } = await redeploy(ORIGINAL, async (_ctx, { pack }) => pack());
    await engine.stop();
    const repaired = await lab.anotherEngine({ app: application(ORIGINAL, 'v2') });
    await lab.clock.advance('10m');
    expect(lab.row(id).status).toBe('running');
    expect(await repaired.retryBlocked(id)).toBe(true);
    expect(await lab.result(repaired, id)).toBe('ship b');
    expect(await repaired.retryBlocked(id)).toBe(false);
  });

  it('is blocked again when it is retried without a repair', async () => {
    const { engine, id } = await redeploy(ORIGINAL, async (_ctx, { pack }) => pack());
    expect(await engine.retryBlocked(id)).toBe(true);
    await lab.clock.advance('5s');
    expect(await engine.block(id)).toMatchObject({ code: 'ROMANCY_NONDETERMINISM_MISSING_STEP' });
    expect(lab.logs.filter(({ level }) => level === 'error')).toHaveLength(2);
  });

  it('runs no body and writes nothing but the block', async () => {
    const before = await redeploy(ORIGINAL, async (_ctx, { pack, ship }) => Promise.all([pack(), ship()]));
    expect(lab.steps(before.id)).toEqual(['charge:1']);
    expect(lab.record(before.id).timers.size).toBe(1);
  });
});

describe('a block that a cancellation has overtaken', () => {
  it('is void: the instance ends', async () => {
    const first = await lab.anotherEngine({ app: application(ORIGINAL, 'v1') });
    const id = await lab.start(first, 'order');
    await lab.clock.advance('1m');
    await first.stop();
    const hold = new Hold(
      lab.storage,
      ({ side, entries }) => side === 'before' && entries.some((e) => e.block !== null),
    );
    const engine = await lab.engine({ app: application(async (_ctx, { pack }) => pack(), 'v2') });
    void lab.clock.advance('2h');
    await until('it is about to be blocked', () => hold.reached);
    const record = lab.record(id);
    const row = { ...record.row, cancelRequestedAt: 1, cancelReason: 'obsolete' };
    lab.storage.database.instances.set(id, { ...record, row });
    hold.release();
    await until('it has ended', () => lab.row(id).status === 'cancelled');
    expect(await engine.block(id)).toBeUndefined();
    expect(lab.row(id)).toMatchObject({ lockedBy: null });
  });
});

describe('a step whose input differs from the recorded one', () => {
  it('is a warning: the recorded result counts', async () => {
    const { engine, id } = await redeploy(ORIGINAL, async (ctx, { charge, ship }) => {
      const charged = await charge('changed');
      await ctx.sleep('1h');
      return [charged, await ship('b')];
    });
    expect(await lab.result(engine, id)).toEqual(['charge a', 'ship b']);
    expect(await engine.block(id)).toBeUndefined();
    expect(lab.logged(/another input than the recorded one/)).toMatchObject([
      { level: 'warn', fields: { instanceId: id, stepId: 'charge:1', code: 'ROMANCY_INPUT_CHANGED' } },
    ]);
  });

  it('is none where the input is the same', async () => {
    const { engine, id } = await redeploy(ORIGINAL, ORIGINAL);
    await lab.result(engine, id);
    expect(lab.logged(/input/)).toEqual([]);
  });
});

describe('a workflow that awaits what is not durable', () => {
  it('and then asks for a step is blocked, with the place of the call', async () => {
    let line = 0;
    const app = application(async (_ctx, { charge }) => {
      await new Promise((resolve) => setImmediate(resolve));
      line = Number(/:(\d+):\d+\)?$/.exec(new Error().stack?.split('\n')[1] ?? '')?.[1]) + 1;
      await charge();
    }, 'v1');
    const engine = await lab.engine({ app });
    const id = await lab.start(engine, 'order');
    await until('it is blocked', () => lab.record(id).block !== undefined);
    expect(await engine.block(id)).toMatchObject({
      code: 'ROMANCY_NON_DURABLE_AWAIT',
      explanation: { asked: { stepId: 'charge:1', callSite: `${HERE}:${String(line)}` } },
    });
    expect(lab.steps(id)).toEqual([]);
  });

  it('beside a running step is blocked at once; the step’s late result is not recorded', async () => {
    const gate = new Gate();
    const app = new App();
    const wait = app.activity('wait', () => gate.enter());
    const other = app.activity('other', () => undefined);
    app.workflow('order', () =>
      Promise.all([wait(), new Promise((resolve) => setTimeout(resolve, 5)).then(() => other())]),
    );
    const engine = await lab.engine({ app });
    const id = await lab.start(engine, 'order');
    await until('it is blocked', () => lab.record(id).block !== undefined);
    expect(await engine.block(id)).toMatchObject({ code: 'ROMANCY_NON_DURABLE_AWAIT' });
    expect(gate.signals[0]?.aborted).toBe(true);
    gate.open();
    await lab.quiet();
    expect(lab.steps(id)).toEqual([]);
  });

  it('for ever is blocked as stalled', async () => {
    const engine = await lab.engine({ app: application(() => new Promise(() => undefined), 'v1') });
    const id = await lab.start(engine, 'order');
    await until('it is blocked', () => lab.record(id).block !== undefined);
    expect(await engine.block(id)).toMatchObject({
      code: 'ROMANCY_STALLED',
      explanation: { message: expect.stringMatching(/waits for something that no step will bring/) },
    });
  });

  it('is stalled after its steps, too', async () => {
    const app = application(async (_ctx, { charge }) => {
      await charge();
      await new Promise(() => undefined);
    }, 'v1');
    const engine = await lab.engine({ app });
    const id = await lab.start(engine, 'order');
    await until('it is blocked', () => lab.record(id).block !== undefined);
    expect(await engine.block(id)).toMatchObject({ code: 'ROMANCY_STALLED' });
    expect(lab.steps(id)).toEqual(['charge:1']);
  });

  it('goes on where the code is repaired', async () => {
    const first = await lab.anotherEngine({
      app: application(async (_ctx, { charge }) => {
        await charge();
        await new Promise(() => undefined);
      }, 'v1'),
    });
    const id = await lab.start(first, 'order');
    await until('it is blocked', () => lab.record(id).block !== undefined);
    const repaired = application(async (_ctx, { charge }) => charge(), 'v2');
    const second = await lab.anotherEngine({ app: repaired });
    expect(await lab.result(second, id)).toBe('charge ');
  });

  it('is nothing to complain about where it brings no step: the result counts', async () => {
    const app = application(async (_ctx, { charge }) => {
      const charged = await charge('x');
      await Promise.resolve();
      return charged;
    }, 'v1');
    expect(await lab.execute(await lab.engine({ app }), 'order')).toBe('charge x');
  });
});

describe('a step id that the database takes for another one', () => {
  it('blocks the instance, once reading it anew has not helped', async () => {
    const app = application((_ctx, { charge }) => charge(), 'v1');
    let attempts = 0;
    lab.storage.faults.intercept(({ operation, side, entries }) => {
      if (operation !== 'commits.write' || side !== 'before' || entries.every((one) => one.history.length === 0))
        return;
      attempts += 1;
      return { fail: new EntryConflictError('unique', 'There is such a row.') };
    });
    const engine = await lab.engine({ app });
    const id = await lab.start(engine, 'order');
    await lab.clock.advance('1m');
    expect(await engine.block(id)).toMatchObject({
      code: 'ROMANCY_STEP_ID',
      explanation: {
        message: expect.stringMatching(/^The database takes the id of the step charge:1 of /),
        stepId: 'charge:1',
      },
    });
    expect(attempts).toBe(2);
    expect(lab.steps(id)).toEqual([]);
  });

  it('does not block it when the row is found on reading it anew', async () => {
    const app = application((_ctx, { charge }) => charge(), 'v1');
    let failed = false;
    lab.storage.faults.intercept(({ operation, side, entries }) => {
      if (failed || operation !== 'commits.write' || side !== 'before') return;
      if (entries.every((one) => one.history.length === 0)) return;
      failed = true;
      return { fail: new EntryConflictError('unique', 'There is such a row.') };
    });
    const engine = await lab.engine({ app });
    expect(await lab.execute(engine, 'order')).toBe('charge ');
    expect(failed).toBe(true);
  });
});
