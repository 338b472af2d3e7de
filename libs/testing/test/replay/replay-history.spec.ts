import { Registry, TerminalError, type WorkflowContext } from '@romancy/core';
import { exportHistory, replayHistory, type RecordedHistory, type ReplayReport } from '@romancy/testing';
import type { Worker } from '../engine/worker.js';
import { Cluster } from '../engine/cluster.js';

type Run = (activities: Activities, ctx: WorkflowContext, input: { amount: number }) => Promise<unknown>;

interface Activities {
  readonly charge: (amount: number) => Promise<string>;
  readonly ship: (where: string) => Promise<string>;
  readonly refuse: () => Promise<never>;
}

function application(run: Run): (worker: Worker) => void {
  return (worker) => {
    const options = { transactional: false, retry: { maxAttempts: 1 } };
    const activities: Activities = {
      charge: worker.activity(
        'charge',
        { ...options, compensation: { run: async () => undefined } },
        async (amount: number) => {
          await worker.outside('charge');
          return `receipt over ${amount}`;
        },
      ),
      ship: worker.activity('ship', options, async (where: string) => `parcel to ${where}`),
      refuse: worker.activity('refuse', options, async () => {
        throw new TerminalError('refused');
      }),
    };
    worker.workflow<{ amount: number }>('order', (input, ctx) => run(activities, ctx, input));
  };
}

const original: Run = async ({ charge, ship }, ctx, { amount }) => {
  const receipt = await charge(amount);
  await ctx.sleep('1h');
  const [parcel] = await Promise.all([ship('home'), ctx.step('count', () => 7)]);
  return { receipt, parcel };
};

/** Runs an order with this code, up to `until` or its end, and takes its history as JSON. */
async function record(
  run: Run,
  until: (world: Cluster) => boolean = (world) => world.isOver('o'),
): Promise<RecordedHistory> {
  const world = new Cluster({ application: application(run) });
  const worker = await world.startProcess();
  await worker.engine.startInstance({ workflowName: 'order', instanceId: 'o', input: { amount: 5 } });
  expect(await world.runUntil(() => until(world))).toBe(true);
  const history = await exportHistory(worker.storage, 'o');
  await worker.engine.stop();
  return JSON.parse(JSON.stringify(history)) as RecordedHistory;
}

async function replay(history: RecordedHistory, run: Run): Promise<{ report: ReplayReport; world: Cluster }> {
  const world = new Cluster({ application: application(run) });
  return { report: await replayHistory(history, world.process().registry), world };
}

describe('replayHistory', () => {
  it('finds nothing where the code is the same, and calls nothing', async () => {
    const { report, world } = await replay(await record(original), original);
    expect(report).toEqual({ instanceId: 'o', workflowName: 'order', fits: true, findings: [], end: 'ended' });
    expect(world.outside).toEqual([]);
    expect(world.bodies.size).toBe(0);
  });

  it('fits an instance that is not over yet', async () => {
    const history = await record(original, (world) => world.row('o')?.status === 'waiting_for_timer');
    expect(history.rows.map((row) => row.activityId)).toEqual(['charge:1']);
    expect((await replay(history, original)).report).toMatchObject({ fits: true, end: 'open' });
  });

  it('fits a history that stops before a step, without running it', async () => {
    const history = await record(original);
    for (let length = 0; length <= history.rows.length; length++) {
      const part = {
        ...history,
        instance: { ...history.instance, status: 'running' as const },
        rows: history.rows.slice(0, length),
      };
      const { report, world } = await replay(part, original);
      expect(report).toMatchObject({ fits: true, findings: [] });
      expect(world.outside).toEqual([]);
    }
  });

  it('finds a step that is no longer asked for', async () => {
    const { report } = await replay(await record(original), async ({ ship }) => ship('home'));
    expect(report).toMatchObject({ fits: false, end: 'blocked' });
    expect(report.findings).toMatchObject([{ severity: 'error', code: expect.stringMatching(/^ROMANCY_/) }]);
    expect(report.findings[0]?.message).toContain('charge:1');
  });

  it('finds steps in another order', async () => {
    const reordered: Run = async ({ charge, ship }, ctx, { amount }) => {
      const parcel = await ship('home');
      const receipt = await charge(amount);
      await ctx.sleep('1h');
      return { parcel, receipt };
    };
    expect((await replay(await record(original), reordered)).report).toMatchObject({ fits: false, end: 'blocked' });
  });

  it('finds a new step in front of a recorded one', async () => {
    const { report } = await replay(await record(original), async (activities, ctx, input) => {
      await activities.ship('abroad');
      return original(activities, ctx, input);
    });
    expect(report).toMatchObject({ fits: false, end: 'blocked' });
  });

  it('minds no new step behind the recorded ones', async () => {
    const history = await record(original, (world) => world.row('o')?.status === 'waiting_for_timer');
    const { report, world } = await replay(history, async (activities, ctx, input) => {
      const result = await original(activities, ctx, input);
      return [result, await activities.ship('abroad')];
    });
    expect(report).toMatchObject({ fits: true, findings: [], end: 'open' });
    expect(world.bodies.size).toBe(0);
  });

  it('finds code that ends early', async () => {
    const { report } = await replay(await record(original), async ({ charge }, _ctx, { amount }) => charge(amount));
    expect(report).toMatchObject({ fits: false });
    expect(report.findings[0]?.message).toContain('sleep:1');
  });

  it('finds another result', async () => {
    const changed: Run = async (...all) => ({ ...((await original(...all)) as object), version: 2 });
    const { report } = await replay(await record(original), changed);
    expect(report).toMatchObject({ fits: false, end: 'ended' });
    expect(report.findings).toMatchObject([
      { code: 'ENDS_DIFFERENTLY', details: { replayed: { result: { result: { version: 2 } } } } },
    ]);
  });

  it('finds code that goes on where the recorded run had ended', async () => {
    const longer: Run = async (activities, ctx, input) => {
      await original(activities, ctx, input);
      return activities.ship('away');
    };
    const { report, world } = await replay(await record(original), longer);
    expect(report).toMatchObject({ fits: false, end: 'open' });
    expect(report.findings[0]?.message).toContain('not over yet');
    expect(world.outside).toEqual([]);
  });

  it('warns of a step that is asked for with other input', async () => {
    const { report } = await replay(await record(original), async (activities, ctx, { amount }) =>
      original(activities, ctx, { amount: amount + 1 }),
    );
    expect(report).toMatchObject({ fits: true, findings: [{ severity: 'warning' }] });
    expect(report.findings[0]?.message).toContain('charge:1');
  });

  it('replays failures with what was undone, and cancellations', async () => {
    const failing: Run = async (activities, ctx, input) => {
      await activities.charge(input.amount);
      await ctx.sleep('1m');
      return activities.refuse();
    };
    const failed = await record(failing);
    expect(failed.instance.status).toBe('failed');
    expect(failed.rows.some((row) => row.activityId.startsWith('compensation:'))).toBe(true);
    expect((await replay(failed, failing)).report).toMatchObject({ fits: true, findings: [], end: 'ended' });
    expect((await replay(failed, original)).report).toMatchObject({ fits: false });
    const cancelled = {
      ...failed,
      instance: { ...failed.instance, status: 'cancelled' as const },
      rows: failed.rows.slice(0, 1),
    };
    expect((await replay(cancelled, failing)).report).toMatchObject({ fits: true, end: 'open' });
  });

  it('finds code that waits for something that is not durable', async () => {
    const history = await record(original);
    const { report } = await replay(history, async (activities, ctx, input) => {
      await activities.charge(input.amount);
      await new Promise(() => undefined);
      return ctx.now();
    });
    expect(report).toMatchObject({ fits: false, end: 'blocked' });
  });

  it('refuses a workflow that the application does not know', async () => {
    await expect(replayHistory(await record(original), new Registry())).rejects.toThrow('order is not registered');
  });

  it('keeps bytes in the exported JSON', async () => {
    const binary: Run = async (_activities, ctx) => ctx.step('bytes', () => Uint8Array.of(1, 2, 255));
    const history = await record(binary);
    expect((await replay(history, binary)).report).toMatchObject({ fits: true, end: 'ended' });
  });

  it('cannot export what does not exist', async () => {
    await expect(exportHistory(new Cluster({ application: application(original) }).storage, 'x')).rejects.toThrow('x');
  });
});
