import type { MemoryStorage } from '@romancy/testing';
import {
  EntryConflictError,
  InstanceConflictError,
  type ConflictPolicy,
  Engine,
  type StartReport,
} from '@romancy/core';
import { attempt } from '../support/app.js';
import { Gate } from '../support/gate.js';
import { failureOf, Lab, until } from '../support/lab.js';

let lab: Lab;
let engine: Engine;
let gate: Gate<number>;

beforeEach(async () => {
  lab = new Lab();
  gate = new Gate();
  const work = lab.app.activity('work', () => gate.enter());
  lab.app.workflow('order', () => work());
  lab.app.workflow('quick', (_ctx, input: unknown) => input);
  lab.app.workflow('fails', () => Promise.reject(new Error('no')));
  engine = await lab.engine();
});
afterEach(async () => {
  for (let left = 0; left < 10; left += 1) gate.open(0);
  await lab.close();
});

const start = (workflowName: string, onConflict?: ConflictPolicy, input: unknown = 1): Promise<StartReport> =>
  engine.startInstance({ workflowName, input, instanceId: 'a', ...(onConflict && { onConflict }) });

describe('a start', () => {
  it('answers the id that was asked for, or makes one that grows with time', async () => {
    expect(await start('quick')).toEqual({ instanceId: 'a', created: true });
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) {
      const { instanceId } = await engine.startInstance({ workflowName: 'quick', input: count });
      ids.push(instanceId);
    }
    expect(ids).toEqual([...ids].sort());
    expect(new Set(ids).size).toBe(5);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('hands the workflow a copy of its input, as a replay will see it', async () => {
    const input = { when: new Date(5), list: [undefined, 1n], nested: { set: new Set([1]) } };
    let seen: unknown;
    const app = lab.app;
    app.workflow('look', (_ctx, given) => {
      seen = given;
      return given;
    });
    const other = await lab.anotherEngine();
    const { instanceId } = await other.startInstance({ workflowName: 'look', input });
    expect(await lab.result(other, instanceId)).toEqual(input);
    expect(seen).toEqual(input);
    expect(seen).not.toBe(input);
  });

  it('of a workflow that is not registered is refused with the names that are', async () => {
    const error = await failureOf(start('oder'));
    expect(error).toMatchObject({
      code: 'ROMANCY_WORKFLOW_NOT_REGISTERED',
      message: expect.stringMatching(/oder[^]*fails[^]*order|oder[^]*order[^]*fails/),
    });
    expect(lab.storage.database.instances.size).toBe(0);
  });

  it.each([
    ['an id that is empty', { instanceId: '' }, 'ROMANCY_INVALID_INSTANCE_ID'],
    ['an id that is too long', { instanceId: 'x'.repeat(256) }, 'ROMANCY_INVALID_INSTANCE_ID'],
    ['an id that is too long in full characters', { instanceId: '🚲'.repeat(256) }, 'ROMANCY_INVALID_INSTANCE_ID'],
    ['an id with a NUL', { instanceId: 'a\0b' }, 'ROMANCY_INVALID_INSTANCE_ID'],
    ['an input that cannot be stored', { input: { fn: () => 1 } }, 'ROMANCY_UNSTORABLE_VALUE'],
  ])('with %s is refused, and nothing is written', async (_what, request, code) => {
    expect(await failureOf(engine.startInstance({ workflowName: 'quick', input: 1, ...request }))).toMatchObject({
      code,
    });
    expect(lab.storage.database.instances.size).toBe(0);
  });

  it('from inside an activity is an instance of its own', async () => {
    let inner = '';
    const app = lab.app;
    const launch = app.activity('launch', async () => {
      inner = (await engine.startInstance({ workflowName: 'quick', input: 'inner' })).instanceId;
      return inner;
    });
    app.workflow('outer', () => launch());
    engine = await lab.anotherEngine();
    const outer = await lab.start(engine, 'outer');
    expect(await lab.result(engine, outer)).toBe(inner);
    expect(await lab.result(engine, inner)).toBe('inner');
    expect(lab.steps(inner)).toEqual([]);
  });

  it('writes the definition again when somebody has removed it', async () => {
    lab.storage.database.definitions.clear();
    expect(await start('quick')).toEqual({ instanceId: 'a', created: true });
    expect(lab.storage.database.definitions.size).toBe(1);
  });

  it('fails with what the database says when that does not help', async () => {
    lab.storage.faults.intercept(({ operation, side }) =>
      side === 'before' && operation === 'commits.write'
        ? { fail: new EntryConflictError('definition', 'no definition') }
        : undefined,
    );
    expect(await failureOf(start('quick'))).toMatchObject({ code: 'ROMANCY_ENTRY_CONFLICT' });
    lab.storage.faults.intercept(undefined);
    // The slot of the failed start is free again.
    expect(await lab.execute(engine, 'quick', 3)).toBe(3);
    await engine.whenIdle();
  });
});

describe('a second start with an id', () => {
  it('gets the existing instance by default, unchanged', async () => {
    await start('order', undefined, 'first');
    expect(await start('order', undefined, 'second')).toEqual({ instanceId: 'a', created: false });
    await until('the body runs', () => gate.entered === 1);
    expect(await engine.get('a')).toMatchObject({ input: 'first', status: 'running' });
    gate.open(5);
    expect(await lab.result(engine, 'a')).toBe(5);
    expect(await start('order')).toEqual({ instanceId: 'a', created: false });
    expect(gate.entered).toBe(1);
  });

  it('is refused where it asks for that', async () => {
    await start('order');
    const error = await failureOf(start('order', 'fail'));
    expect(error).toBeInstanceOf(InstanceConflictError);
    expect(error).toMatchObject({ code: 'ROMANCY_INSTANCE_CONFLICT', conflict: 'exists', instanceId: 'a' });
    gate.open(1);
    await lab.result(engine, 'a');
    expect(await failureOf(start('order', 'fail'))).toMatchObject({ conflict: 'exists' });
  });

  it.each(['use-existing', 'fail', 'restart-if-terminal'] as const)(
    'is refused when the id belongs to another workflow or framework (%s)',
    async (policy) => {
      await start('order');
      expect(await failureOf(start('quick', policy))).toMatchObject({ conflict: 'workflow' });
      lab.storage.insertForeign({ instanceId: 'go', workflowName: 'order', framework: 'go', status: 'running' });
      const foreign = engine.startInstance({ workflowName: 'order', input: 1, instanceId: 'go', onConflict: policy });
      expect(await failureOf(foreign)).toMatchObject({ conflict: 'framework' });
    },
  );

  it('refuses a restart whose id would get too long, and writes nothing', async () => {
    const request = { workflowName: 'quick', input: 'one', instanceId: 'x'.repeat(254) };
    await lab.result(engine, (await engine.startInstance(request)).instanceId);
    const restart = engine.startInstance({ ...request, onConflict: 'restart-if-terminal' });
    expect(await failureOf(restart)).toMatchObject({ code: 'ROMANCY_INVALID_INSTANCE_ID' });
    expect((await engine.list()).instances).toHaveLength(1);
  });

  it('restarts what has ended, and nothing else', async () => {
    await start('quick', undefined, 'one');
    await lab.result(engine, 'a');
    expect(await start('quick', 'restart-if-terminal', 'two')).toEqual({ instanceId: 'a~2', created: true });
    expect(await lab.result(engine, 'a')).toBe('two');
    expect(await start('quick', 'restart-if-terminal', 'three')).toEqual({ instanceId: 'a~3', created: true });
    expect(lab.row('a~3')).toMatchObject({ continuedFrom: 'a~2' });
    expect(lab.row('a')).toMatchObject({ output: expect.stringContaining('one') });
  });

  it('does not restart what still runs', async () => {
    await start('order');
    expect(await start('order', 'restart-if-terminal')).toEqual({ instanceId: 'a', created: false });
    gate.open(1);
    await lab.result(engine, 'a');
    expect(await start('order', 'restart-if-terminal')).toEqual({ instanceId: 'a~2', created: true });
    expect(await start('order', 'restart-if-terminal')).toEqual({ instanceId: 'a~2', created: false });
  });

  it.each(['failed', 'cancelled'])('restarts one that was %s', async (ending) => {
    if (ending === 'failed') {
      await start('fails');
      await failureOf(lab.result(engine, 'a'));
    } else {
      await start('fails');
      await engine.cancel('a').catch(() => undefined);
      await failureOf(lab.result(engine, 'a'));
    }
    expect(await start('fails', 'restart-if-terminal')).toEqual({ instanceId: 'a~2', created: true });
  });

  it('of two restarts at once makes one new instance', async () => {
    await start('quick');
    await lab.result(engine, 'a');
    const second = await lab.anotherEngine();
    const request = { workflowName: 'quick', input: 2, instanceId: 'a', onConflict: 'restart-if-terminal' as const };
    const reports = await Promise.all([engine, second, engine, second].map((one) => one.startInstance(request)));
    expect(new Set(reports.map(({ instanceId }) => instanceId))).toEqual(new Set(['a~2']));
    expect(reports.filter(({ created }) => created)).toHaveLength(1);
  });

  it('of many at once makes one instance, which runs once', async () => {
    const second = await lab.anotherEngine();
    const request = { workflowName: 'order', input: 1, instanceId: 'a' };
    const reports = await Promise.all(
      Array.from({ length: 12 }, (_, index) => (index % 2 === 0 ? engine : second).startInstance(request)),
    );
    expect(reports.filter(({ created }) => created)).toHaveLength(1);
    await lab.clock.advance('1m');
    expect(gate.entered).toBe(1);
  });
});

describe('a chain of restarts', () => {
  it('is followed by get, result and cancel of the first id', async () => {
    await start('order', undefined, 'one');
    gate.open(1);
    await until('the body runs', () => gate.entered === 1);
    gate.open(1);
    await lab.result(engine, 'a');
    await start('order', 'restart-if-terminal', 'two');
    expect(await engine.get('a')).toMatchObject({
      instanceId: 'a~2',
      input: 'two',
      status: 'running',
      continuedFrom: 'a',
    });
    await until('the second body runs', () => gate.entered === 2);
    await engine.cancel('a', 'changed my mind');
    gate.open(2);
    expect(await failureOf(lab.result(engine, 'a'))).toMatchObject({
      code: 'ROMANCY_WORKFLOW_CANCELLED',
      instanceId: 'a~2',
      reason: 'changed my mind',
    });
    expect(lab.row('a').status).toBe('completed');
  });

  it('leaves names alone that only look like its own', async () => {
    await start('quick', undefined, 'one');
    await lab.result(engine, 'a');
    await engine.startInstance({ workflowName: 'quick', input: 'strange', instanceId: 'a~x' });
    expect(await start('quick', 'restart-if-terminal')).toEqual({ instanceId: 'a~2', created: true });
    expect(await engine.get('a~x')).toMatchObject({ instanceId: 'a~x', input: 'strange' });
  });

  it('does not take an instance for a restart that somebody else has started with that id', async () => {
    await start('quick', undefined, 'one');
    await lab.result(engine, 'a');
    await engine.startInstance({ workflowName: 'quick', input: 'strange', instanceId: 'a~2' });
    const report = await start('quick', 'restart-if-terminal', 'two');
    expect(await lab.result(engine, report.instanceId)).toBe('two');
    expect(await lab.result(engine, 'a')).toBe('two');
  });
});

describe('a start inside a transaction of the caller', () => {
  const inside = (
    transaction: ReturnType<MemoryStorage['transactions']['create']>,
    input: unknown,
  ): Promise<StartReport> => engine.startInstance({ workflowName: 'quick', input, instanceId: 'a', transaction });

  it('runs after its commit', async () => {
    const transaction = lab.storage.transactions.create('caller');
    await transaction.effect('order row');
    expect(await inside(transaction, 'x')).toEqual({ instanceId: 'a', created: true });
    await lab.quiet();
    expect(lab.storage.database.instances.size).toBe(0);
    await transaction.commitAlone();
    await until('it has run', () => lab.row('a').status === 'completed');
    expect(lab.storage.effects).toEqual(['order row']);
  });

  it('never runs after its roll-back', async () => {
    const transaction = lab.storage.transactions.create('caller');
    await inside(transaction, 'x');
    await transaction.rollback();
    await lab.clock.advance('1m');
    expect(lab.storage.database.instances.size).toBe(0);
  });

  it('follows the policies, too', async () => {
    await start('quick', undefined, 'first');
    const transaction = lab.storage.transactions.create('caller');
    expect(await inside(transaction, 'second')).toEqual({ instanceId: 'a', created: false });
    const request = { input: 1, instanceId: 'a', transaction } as const;
    expect(
      await failureOf(engine.startInstance({ ...request, workflowName: 'quick', onConflict: 'fail' })),
    ).toMatchObject({ conflict: 'exists' });
    expect(await failureOf(engine.startInstance({ ...request, workflowName: 'order' }))).toMatchObject({
      conflict: 'workflow',
    });
    await transaction.rollback();
  });

  it('is refused when the id belongs to another framework', async () => {
    lab.storage.insertForeign({ instanceId: 'a', workflowName: 'quick', framework: 'go', status: 'running' });
    const transaction = lab.storage.transactions.create('caller');
    expect(await failureOf(inside(transaction, 1))).toMatchObject({ conflict: 'framework' });
    await transaction.rollback();
  });

  it('restarts what has ended', async () => {
    await start('quick', undefined, 'first');
    await lab.result(engine, 'a');
    const transaction = lab.storage.transactions.create('caller');
    const request = { workflowName: 'quick', input: 'second', instanceId: 'a', transaction };
    expect(await engine.startInstance({ ...request, onConflict: 'restart-if-terminal' })).toEqual({
      instanceId: 'a~2',
      created: true,
    });
    await transaction.commitAlone();
    expect(await lab.result(engine, 'a')).toBe('second');
  });
});

describe('a start inside a transaction of the caller, of a chain', () => {
  it('finds its living end, also where generations between were removed', async () => {
    lab.app.workflow<number>('rounds', async (ctx, round) => {
      await ctx.sleep('1h');
      return ctx.recur(round + 1);
    });
    engine = await lab.anotherEngine();
    await lab.start(engine, 'rounds', 1, 'chain');
    await lab.clock.advance('5h');
    const end = await engine.get('chain');
    expect(end.status).toBe('waiting_for_timer');
    expect(await lab.storage.retention.removeLinks(['chain~2', 'chain~3'])).toEqual(['chain~2', 'chain~3']);
    const transaction = lab.storage.transactions.create('caller');
    const request = { workflowName: 'rounds', input: 1, instanceId: 'chain', transaction };
    expect(await engine.startInstance({ ...request, onConflict: 'restart-if-terminal' })).toEqual({
      instanceId: end.instanceId,
      created: false,
    });
    await transaction.commitAlone();
    expect(lab.storage.database.instances.has('chain~2')).toBe(false);
  });
});

describe('slots', () => {
  it('one instance at a time: the others are started unlocked and are picked up, in turn', async () => {
    await lab.close();
    lab = new Lab({ settings: { maxConcurrentInstances: 1 } });
    let running = 0;
    let most = 0;
    const work = lab.app.activity('work', async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return attempt().instanceId;
    });
    lab.app.workflow('order', () => work());
    engine = await lab.engine();
    const ids = Array.from({ length: 25 }, (_, index) => `i${String(index)}`);
    await Promise.all(ids.map((id) => lab.start(engine, 'order', undefined, id)));
    expect(
      ids.filter((id) => lab.row(id).lockedBy === null && lab.row(id).status === 'running').length,
    ).toBeGreaterThan(0);
    const begun = lab.clock.now();
    for (const id of ids) expect(await lab.result(engine, id)).toBe(id);
    expect(most).toBe(1);
    // Each free slot asks for the next one at once, without waiting for an interval.
    expect(lab.clock.now() - begun).toBeLessThan(5000);
  });

  it('a parked instance takes none', async () => {
    await lab.close();
    lab = new Lab({ settings: { maxConcurrentInstances: 1 } });
    lab.app.workflow('nap', async (ctx) => {
      await ctx.sleep('1h');
      return ctx.instanceId;
    });
    engine = await lab.engine();
    const ids = ['x', 'y', 'z'];
    for (const id of ids) await lab.start(engine, 'nap', undefined, id);
    await lab.clock.advance('1m');
    expect(ids.map((id) => lab.row(id).status)).toEqual(ids.map(() => 'waiting_for_timer'));
    expect(await Promise.all(ids.map((id) => lab.result(engine, id)))).toEqual(ids);
  });

  it('bodies are limited, too; a wait between attempts takes none', async () => {
    await lab.close();
    lab = new Lab({ settings: { maxConcurrentActivities: 2, defaultRetry: { initialInterval: '2s', jitter: 0 } } });
    let running = 0;
    let most = 0;
    const work = lab.app.activity('work', async (n: number) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      if (attempt().attempt === 1 && n < 3) throw new Error('once');
      return n;
    });
    lab.app.workflow('order', () => Promise.all([1, 2, 3, 4, 5, 6].map((n) => work(n))));
    engine = await lab.engine();
    const begun = lab.clock.now();
    expect(await lab.execute(engine, 'order')).toEqual([1, 2, 3, 4, 5, 6]);
    expect(most).toBe(2);
    expect(lab.clock.now() - begun).toBe(2000);
  });
});

describe('a process that is no worker', () => {
  it('starts, reads and cancels, but runs nothing', async () => {
    const reader = await lab.anotherEngine({ worker: false });
    await engine.stop();
    const { instanceId } = await reader.startInstance({ workflowName: 'quick', input: 1 });
    await lab.clock.advance('5m');
    expect(lab.row(instanceId)).toMatchObject({ status: 'running', lockedBy: null });
    await reader.cancel(instanceId, 'no');
    await lab.clock.advance('5m');
    expect(lab.row(instanceId)).toMatchObject({ status: 'running', cancelReason: 'no' });
    expect(reader.loops.map((loop) => loop.name)).toEqual(['romancy:clock']);
    const worker = await lab.anotherEngine();
    expect(await failureOf(lab.result(reader, instanceId))).toMatchObject({ code: 'ROMANCY_WORKFLOW_CANCELLED' });
    expect(worker.state).toBe('started');
  });
});

describe('a start that comes too early', () => {
  it('before the engine runs is refused, and nothing is stored', async () => {
    lab.app.workflow('early', () => 'done');
    const early = new Engine({ storage: lab.storage, registry: lab.app.registry, clock: lab.clock });
    const error = await failureOf(early.startInstance({ workflowName: 'early', input: 1, instanceId: 'e' }));
    expect(error).toMatchObject({ code: 'ROMANCY_ENGINE_STATE' });
    expect(lab.storage.database.instances.size).toBe(0);
    await early.stop();
  });
});
