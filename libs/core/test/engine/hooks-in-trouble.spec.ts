import { jest } from '@jest/globals';
import type { HookName, WorkflowHooks } from '@romancy/core';
import { currentScope } from '@romancy/core';
import type { FaultPoint } from '@romancy/testing';
import { effect } from '../support/app.js';
import { Hold } from '../support/hold.js';
import { failureOf, Lab, until } from '../support/lab.js';
import { parked } from '../support/parked.js';
import { Recorder } from '../support/recorder.js';

let lab: Lab;
beforeEach(() => (lab = new Lab()));
afterEach(() => lab.close());

function define(): void {
  const charge = lab.app.activity('charge', async (n: number) => {
    await effect(`charge ${String(n)}`);
    return n;
  });
  lab.app.workflow('order', async () => (await charge(1)) + (await charge(2)));
}

describe('a hook', () => {
  it.each<[string, () => void | Promise<void>, number]>([
    [
      'that throws',
      () => {
        throw new Error('broken hook');
      },
      1,
    ],
    ['that rejects', () => Promise.reject(new Error('broken hook')), 1],
    ['that never ends', () => new Promise(() => undefined), 0],
  ])('%s harms nothing, and is reported once', async (_name, broken, reports) => {
    define();
    const recorder = new Recorder();
    const hooks: WorkflowHooks = { onActivityStart: broken, onActivityComplete: broken, onWorkflowComplete: broken };
    const engine = await lab.engine({ hooks: [hooks, recorder.hooks] });
    expect(await lab.execute(engine, 'order')).toBe(3);
    expect(recorder.of('onActivityComplete')).toHaveLength(2);
    for (const name of ['onActivityStart', 'onActivityComplete', 'onWorkflowComplete'])
      expect(lab.logged(new RegExp(`${name} failed`))).toHaveLength(reports);
  });

  it('that throws harms nothing where the logger throws as well', async () => {
    define();
    const fail = (): never => {
      throw new Error('broken');
    };
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const logger = { debug: fail, info: fail, warn: fail, error: fail };
    const engine = await lab.engine({ logger, hooks: { onActivityStart: fail, onWorkflowComplete: fail } });
    expect(await lab.execute(engine, 'order')).toBe(3);
    expect(warn.mock.calls).toEqual([[expect.stringMatching(/The logger failed.*broken/)]]);
    warn.mockRestore();
  });

  it('that hangs is not called any more when a thousand calls are open', async () => {
    const nothing = lab.app.activity('nothing', () => undefined, { transactional: false });
    lab.app.workflow<number>('many', async (_ctx, count) => {
      for (let n = 0; n < count; n += 1) await nothing();
    });
    let calls = 0;
    const hang = (): Promise<void> => {
      calls += 1;
      return new Promise(() => undefined);
    };
    const engine = await lab.engine({ hooks: { onActivityStart: hang } });
    await lab.execute(engine, 'many', 1100);
    expect(calls).toBe(1000);
    expect(lab.logged(/onActivityStart has 1000 calls open/)).toHaveLength(1);
  });

  it('runs outside of the workflow and of the activity, and gets copies', async () => {
    const scopes: unknown[] = [];
    const load = lab.app.activity('load', () => ({ parts: ['a'] }));
    lab.app.workflow('order', async () => {
      const loaded = await load();
      return loaded.parts;
    });
    const spoil = ({ result }: { readonly result: unknown }): void => {
      scopes.push(currentScope());
      if (result !== null && typeof result === 'object' && 'parts' in result)
        (result.parts as string[]).push('spoiled');
    };
    const look = (): void => void scopes.push(currentScope());
    const engine = await lab.engine({ hooks: { onActivityComplete: spoil, onActivityStart: look } });
    expect(await lab.execute(engine, 'order')).toEqual(['a']);
    expect(scopes).toEqual([undefined, undefined]);
  });

  it.each<[HookName, 'input' | 'result', (point: FaultPoint) => boolean]>([
    ['onWorkflowStart', 'input', ({ entries }) => entries.some(({ create }) => create !== null)],
    ['onWorkflowComplete', 'result', ({ entries }) => entries.some(({ status }) => status === 'completed')],
    ['onWorkflowRecur', 'input', ({ entries }) => entries.some(({ status }) => status === 'recurred')],
  ])('%s gets the %s as it is recorded, whatever has become of the value since', async (hook, field, matches) => {
    const shared: Record<string, unknown> = { sum: 1 };
    lab.storage.faults.intercept((point) => {
      if (point.side === 'after' && matches(point)) shared['spoiled'] = () => 'a function cannot be stored';
      return undefined;
    });
    lab.app.workflow<unknown>('order', (ctx, input) => (input === 'again' ? ctx.recur(shared) : shared));
    const recorder = new Recorder();
    const engine = await lab.engine({ hooks: recorder.hooks });
    const input = hook === 'onWorkflowStart' ? shared : hook === 'onWorkflowRecur' ? 'again' : 'once';
    const id = await lab.start(engine, 'order', input);
    await until('it is told', () => recorder.of(hook).length > 0);
    expect(recorder.once(hook)[field]).toEqual({ sum: 1 });
    await until('its turn is over', () => lab.row(id).lockedBy === null);
  });

  it('is told of a recorded result that no limit of today would let pass, and the replay goes on', async () => {
    const load = lab.app.activity('load', () => 'x'.repeat(1000));
    lab.app.workflow('order', async (ctx) => {
      const loaded = await load();
      await ctx.sleep('1h');
      return loaded.length;
    });
    const first = await lab.anotherEngine();
    const id = await lab.start(first, 'order');
    await parked(lab, id);
    await first.stop();
    const recorder = new Recorder();
    const engine = await lab.engine({ hooks: recorder.hooks, maxPayloadBytes: 500 });
    await lab.clock.advance('2h');
    expect(recorder.once('onActivityCacheHit')).toMatchObject({ result: 'x'.repeat(1000) });
    expect(await engine.get(id)).toMatchObject({ status: 'completed' });
  });
});

describe('what is recorded', () => {
  it('is told when it is in the database, not before', async () => {
    define();
    const seen: string[] = [];
    const engine = await lab.engine({
      hooks: {
        onActivityComplete: ({ instanceId, stepId }) => void seen.push(`${stepId} ${lab.steps(instanceId).join()}`),
        onWorkflowComplete: ({ instanceId }) => void seen.push(lab.row(instanceId).status),
      },
    });
    await lab.execute(engine, 'order');
    expect(seen).toEqual(['charge:1 charge:1', 'charge:2 charge:1,charge:2', 'completed']);
  });

  it('is not told where a cancellation was faster', async () => {
    const recorder = new Recorder();
    const look = lab.app.activity('look', () => 1, { transactional: false });
    lab.app.workflow('order', () => look());
    const hold = new Hold(
      lab.storage,
      ({ side, entries }) => side === 'before' && entries.some((e) => e.status !== null),
    );
    const engine = await lab.engine({ hooks: recorder.hooks });
    const id = await lab.start(engine, 'order');
    await until('it is about to end', () => hold.reached);
    const { database } = lab.storage;
    const record = lab.record(id);
    database.instances.set(id, { ...record, row: { ...record.row, cancelRequestedAt: 1, cancelReason: 'late' } });
    hold.release();
    await failureOf(lab.result(engine, id));
    expect(recorder.names).toEqual(['onWorkflowStart', 'onActivityStart', 'onActivityComplete', 'onWorkflowCancelled']);
    expect(recorder.once('onWorkflowCancelled')).toMatchObject({ reason: 'late' });
  });

  it.each(['before', 'after'] as const)(
    'is told once where the answer of its commit was lost %s the write',
    async (side) => {
      define();
      const recorder = new Recorder();
      const engine = await lab.engine({ hooks: recorder.hooks });
      let lost = 0;
      lab.storage.faults.intercept((point) => {
        const wanted = point.side === side && point.entries.some(({ status }) => status === 'completed');
        if (!wanted || lost > 0) return undefined;
        lost += 1;
        return 'unknown';
      });
      await lab.execute(engine, 'order');
      expect(lost).toBe(1);
      expect(recorder.names.filter((name) => name === 'onWorkflowComplete')).toHaveLength(1);
    },
  );

  it('is told at most once across a crash', async () => {
    define();
    const recorder = new Recorder();
    const first = lab.storage.connect();
    const dying = await lab.engine({ storage: first, hooks: recorder.hooks });
    first.faults.intercept(({ side, entries }) =>
      side === 'after' && entries.some(({ history }) => history.some((row) => row.activityId === 'charge:2'))
        ? 'crash'
        : undefined,
    );
    const id = await lab.start(dying, 'order');
    await until('it has crashed', () => first.faults.crashed);
    const engine = await lab.engine({ hooks: recorder.hooks });
    await lab.result(engine, id);
    expect(recorder.of('onWorkflowStart')).toHaveLength(1);
    expect(recorder.of('onActivityComplete').map(({ stepId }) => stepId)).toEqual(['charge:1']);
    expect(recorder.of('onWorkflowComplete')).toHaveLength(1);
  });
});

describe('a turn', () => {
  it('that has lost its lease before it could begin is not told at all', async () => {
    lab.app.workflow('nap', (ctx) => ctx.sleep('1m'));
    const first = await lab.anotherEngine();
    const id = await lab.start(first, 'nap', undefined, 'n1');
    await parked(lab, id);
    await first.stop();
    const recorder = new Recorder([]);
    const engine = await lab.engine({ hooks: recorder.hooks });
    const hold = new Hold(lab.storage, ({ operation, side }) => operation === 'history.read' && side === 'before');
    void lab.clock.advance('1m');
    await until('it reads', () => hold.reached);
    lab.storage.stealLease(id, 'somebody#1', 3_600_000);
    await engine.loops.find(({ name }) => name === 'romancy:leases')?.tick();
    hold.release();
    await lab.quiet();
    expect(recorder.names.filter((name) => name !== 'onCommit')).toEqual(['onLeaseLost']);
  });
});
