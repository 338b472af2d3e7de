import { retry, WorkflowCancelledError, type Engine } from '@romancy/core';
import { effect } from '../support/app.js';
import { Gate } from '../support/gate.js';
import { Hold, records } from '../support/hold.js';
import { failureOf, Lab, until } from '../support/lab.js';

/** Loops that do not get in the way where days pass. */
const RARELY = { resumeInterval: '6h', timerInterval: '6h', leaseDuration: '1d' } as const;

let lab: Lab;
let log: string[];
let gate: Gate<unknown>;
beforeEach(() => {
  lab = new Lab();
  log = [];
  gate = new Gate();
});
afterEach(async () => {
  for (let left = 0; left < 5; left += 1) gate.open(undefined);
  await lab.close();
});

/** A workflow that reserves, then waits in the body of an activity; `wait` says how that is run. */
function define({ transactional = false, compensated = true } = {}): void {
  const reserve = lab.app.activity('reserve', () => void log.push('reserve'), {
    compensation: () => void log.push('release'),
  });
  const wait = lab.app.activity('wait', () => gate.enter(), {
    transactional,
    ...(compensated && { compensation: ({ result }) => void log.push(`undo wait ${String(result)}`) }),
  });
  const after = lab.app.activity('after', () => void log.push('after'));
  lab.app.workflow('order', async () => {
    await reserve();
    await wait();
    await after();
    return 'done';
  });
  lab.app.workflow('nap', async (ctx) => {
    await reserve();
    await ctx.sleep('1d');
    await after();
  });
}

/** Starts it and waits until its body runs. */
async function startWaiting(engine: Engine): Promise<string> {
  const id = await lab.start(engine, 'order');
  await until('the body runs', () => gate.entered === 1);
  return id;
}

function output(id: string): Readonly<Record<string, unknown>> {
  return JSON.parse(lab.row(id).output ?? 'null') as Readonly<Record<string, unknown>>;
}

async function expectCancelled(engine: Engine, id: string, reason: string | null): Promise<void> {
  const error = await failureOf(lab.result(engine, id));
  expect(error).toBeInstanceOf(WorkflowCancelledError);
  expect(error).toMatchObject({ code: 'ROMANCY_WORKFLOW_CANCELLED', reason });
  expect(lab.row(id)).toMatchObject({ status: 'cancelled', lockedBy: null });
  const record = lab.record(id);
  expect([record.timers.size, record.attempts.size, record.block]).toEqual([0, 0, undefined]);
}

describe('a running instance', () => {
  it('has its signals fired, is compensated and ends cancelled, with the reason in its history', async () => {
    define();
    const engine = await lab.engine({ serviceName: 'shop' });
    const id = await startWaiting(engine);
    await engine.cancel(id, 'customer asked');
    await until('the signal fires', () => gate.signals[0]?.aborted === true);
    expect(gate.signals[0]?.reason).toMatchObject({ code: 'ROMANCY_ACTIVITY_ABORTED', reason: 'cancelled' });
    gate.fail(gate.signals[0]?.reason);
    await expectCancelled(engine, id, 'customer asked');
    expect(log).toEqual(['reserve', 'release']);
    expect(lab.data(id, '$outcome')).toMatchObject({ reason: 'customer asked', cancelled_by: 'shop' });
    expect(output(id)).toMatchObject({ reason: 'customer asked', cancelled_by: 'shop', previous_status: 'running' });
    expect(await engine.get(id)).toMatchObject({ status: 'cancelled', cancelReason: 'customer asked' });
  });

  it('a late success of a body is recorded and undone too; nothing follows from it', async () => {
    define();
    const engine = await lab.engine();
    const id = await startWaiting(engine);
    await engine.cancel(id);
    await until('the signal fires', () => gate.signals[0]?.aborted === true);
    gate.open('charged');
    await expectCancelled(engine, id, null);
    expect(log).toEqual(['reserve', 'undo wait charged', 'release']);
    expect(lab.steps(id)).toContain('wait:1');
  });

  it('a late success of an open transaction is rolled back', async () => {
    const store = lab.app.activity('store', async () => {
      await effect('stored');
      await gate.enter();
    });
    lab.app.workflow('order', () => store());
    const engine = await lab.engine();
    const id = await startWaiting(engine);
    await engine.cancel(id, 'x');
    await expectCancelled(engine, id, 'x');
    gate.open(undefined);
    await lab.quiet();
    expect(lab.storage.effects).toEqual([]);
    expect(lab.steps(id)).toEqual(['$outcome']);
  });

  it('does not write again and again while it waits for its bodies', async () => {
    const quick = lab.app.activity('quick', () => log.push('quick'), { transactional: false });
    const wait = lab.app.activity('wait', () => gate.enter(), { transactional: false });
    const later = new Gate<unknown>();
    const held = lab.app.activity('held', () => later.enter(), { transactional: false });
    lab.app.workflow('order', () => Promise.all([wait(), held(), quick()]));
    const engine = await lab.engine();
    const id = await startWaiting(engine);
    await until('all bodies run', () => later.entered === 1);
    await engine.cancel(id);
    await until('the signal fires', () => gate.signals[0]?.aborted === true);
    const points = lab.storage.faults.record();
    later.open('late');
    for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(points.filter(({ operation }) => operation === 'commits.write').length).toBeLessThan(10);
    gate.open('late');
    await expectCancelled(engine, id, null);
    expect(lab.steps(id)).toEqual(['quick:1', 'held:1', 'wait:1', '$outcome']);
  });

  it('waits between attempts end at once', async () => {
    let attempts = 0;
    const flaky = lab.app.activity(
      'flaky',
      () => {
        attempts += 1;
        throw new Error('again');
      },
      { retry: retry.fixed(9, '4s') },
    );
    lab.app.workflow('order', () => flaky());
    const engine = await lab.engine();
    const id = await lab.start(engine, 'order');
    await until('the first attempt failed', () => attempts === 1);
    const begun = lab.clock.now();
    await engine.cancel(id);
    await expectCancelled(engine, id, null);
    expect(lab.clock.now() - begun).toBeLessThan(1000);
    expect(attempts).toBe(1);
    expect(output(id)).not.toHaveProperty('compensations');
  });
});

describe('a parked instance', () => {
  it.each([0, 1000])('is taken, compensated and ended, without being run on (cacheSize %p)', async (cacheSize) => {
    define();
    const engine = await lab.engine({ cacheSize, ...RARELY });
    const id = await lab.start(engine, 'nap');
    await lab.clock.advance('1h');
    expect(lab.row(id).status).toBe('waiting_for_timer');
    const begun = lab.clock.now();
    await engine.cancel(id, 'no longer needed');
    await expectCancelled(engine, id, 'no longer needed');
    expect(lab.clock.now() - begun).toBeLessThan(1000);
    expect(log).toEqual(['reserve', 'release']);
    expect(output(id)).toMatchObject({ previous_status: 'waiting_for_timer' });
    await lab.clock.advance('2d');
    expect(log).toEqual(['reserve', 'release']);
  });

  it('on a long retry is not in doubt', async () => {
    const flaky = lab.app.activity('flaky', () => Promise.reject(new Error('down')), { retry: retry.fixed(9, '1h') });
    lab.app.workflow('order', () => flaky());
    const engine = await lab.engine();
    const id = await lab.start(engine, 'order');
    await lab.clock.advance('10m');
    await engine.cancel(id);
    await expectCancelled(engine, id, null);
    expect(output(id)).not.toHaveProperty('compensations');
  });
});

describe('a cancellation that meets the end', () => {
  it('wins when its request was stored before the completion', async () => {
    define();
    const engine = await lab.engine();
    const hold = new Hold(lab.storage, records('after:1'));
    const id = await startWaiting(engine);
    gate.open('waited');
    await until('the completion is about to be committed', () => hold.reached);
    const reader = await lab.anotherEngine({ worker: false });
    await reader.cancel(id, 'just in time');
    hold.release();
    await expectCancelled(engine, id, 'just in time');
    // What had happened stays recorded, and is undone.
    expect(lab.steps(id).slice(0, 3)).toEqual(['reserve:1', 'wait:1', 'after:1']);
    expect(log).toEqual(['reserve', 'after', 'undo wait waited', 'release']);
  });

  it('wins also when the completion waits behind an entry that is being written', async () => {
    const quick = lab.app.activity('quick', () => undefined, { compensation: () => void log.push('undo quick') });
    const slow = lab.app.activity('slow', () => gate.enter(), { compensation: () => void log.push('undo slow') });
    lab.app.workflow('both', () => Promise.all([quick(), slow()]));
    const engine = await lab.engine(RARELY);
    const hold = new Hold(
      lab.storage,
      ({ side, entries }) =>
        side === 'after' && entries.some(({ history }) => history.some((row) => row.activityId === 'quick:1')),
    );
    const id = await lab.start(engine, 'both');
    await until('the first result is written', () => hold.reached);
    gate.open(undefined);
    await lab.quiet();
    await engine.cancel(id, 'enough');
    hold.release();
    expect(await failureOf(lab.result(engine, id))).toBeInstanceOf(WorkflowCancelledError);
    expect(lab.row(id).status).toBe('cancelled');
    expect(log).toEqual(['undo slow', 'undo quick']);
  });

  it.each([
    ['the body still runs', false],
    ['the body has returned, too', true],
  ])('leaves in doubt what lost a race against it: %s', async (_, returned) => {
    const calls: unknown[] = [];
    const slow = lab.app.activity('slow', () => gate.enter(), {
      transactional: false,
      inDoubt: true,
      compensation: (call) => void calls.push(call),
    });
    const quick = lab.app.activity('quick', () => 'first');
    lab.app.workflow('race', () => Promise.race([quick(), slow()]));
    const engine = await lab.engine({ compensationGrace: '30s' });
    const begun = lab.clock.now();
    const hold = new Hold(lab.storage, records('quick:1'));
    const id = await lab.start(engine, 'race');
    await until('the completion is about to be committed', () => hold.reached);
    if (returned) gate.open('too late');
    await lab.quiet();
    const reader = await lab.anotherEngine({ worker: false });
    await reader.cancel(id, 'just in time');
    hold.release();
    await expectCancelled(engine, id, 'just in time');
    expect(output(id)['compensations']).toMatchObject({ executed: ['slow:1'], in_doubt: ['slow:1'] });
    expect(calls).toEqual([{ args: [], result: undefined, inDoubt: true, idempotencyKey: `${id}/slow:1` }]);
    // What still runs is awaited first: undone before it takes effect, it would not be undone.
    expect(lab.clock.now() - begun >= 30_000).toBe(!returned);
  });

  it('comes too late after it', async () => {
    define();
    const engine = await lab.engine();
    const id = await startWaiting(engine);
    gate.open('waited');
    expect(await lab.result(engine, id)).toBe('done');
    expect(await failureOf(engine.cancel(id))).toMatchObject({
      code: 'ROMANCY_INSTANCE_NOT_CANCELLABLE',
      message: expect.stringMatching(/completed/),
    });
    expect(lab.row(id)).toMatchObject({ status: 'completed', cancelRequestedAt: null });
  });

  it('is not lost when it meets the parking', async () => {
    define();
    const engine = await lab.engine();
    const hold = new Hold(
      lab.storage,
      ({ side, entries }) => side === 'before' && entries.some((e) => e.addTimers.length > 0),
    );
    const id = await lab.start(engine, 'nap');
    await until('it is about to park', () => hold.reached);
    const cancelled = engine.cancel(id, 'x');
    await lab.quiet();
    hold.release();
    await cancelled;
    await expectCancelled(engine, id, 'x');
    expect(log).toEqual(['reserve', 'release']);
  });

  it('is not lost when the request is stored while the parking is under way elsewhere', async () => {
    define();
    const engine = await lab.engine();
    const reader = await lab.anotherEngine({ worker: false });
    const hold = new Hold(
      lab.storage,
      ({ side, entries }) => side === 'after' && entries.some((e) => e.addTimers.length > 0),
    );
    const id = await lab.start(engine, 'nap');
    await until('it has parked', () => hold.reached);
    await reader.cancel(id, 'x');
    hold.release();
    await expectCancelled(engine, id, 'x');
  });
});

describe('an instance that is compensating', () => {
  it('goes on to the end that it was heading for', async () => {
    const reserve = lab.app.activity('reserve', () => void log.push('reserve'), { compensation: () => gate.enter() });
    lab.app.workflow('order', async () => {
      await reserve();
      throw new Error('out of stock');
    });
    const engine = await lab.engine();
    const id = await startWaiting(engine);
    await engine.cancel(id, 'too late');
    await lab.clock.advance('1m');
    gate.open(undefined);
    expect(await failureOf(lab.result(engine, id))).toMatchObject({
      code: 'ROMANCY_WORKFLOW_FAILED',
      cause: { message: 'out of stock' },
    });
    expect(gate.entered).toBe(1);
    expect(lab.row(id).status).toBe('failed');
  });
});

describe('a request from another process', () => {
  it('reaches the owner with its next renewal', async () => {
    define();
    const owner = await lab.engine();
    const other = await lab.anotherEngine();
    const id = await startWaiting(owner);
    await other.cancel(id, 'from afar');
    await lab.clock.advance('6s');
    expect(gate.signals[0]?.aborted).toBe(true);
    gate.fail(gate.signals[0]?.reason);
    await expectCancelled(other, id, 'from afar');
    expect(log).toEqual(['reserve', 'release']);
  });

  it('reaches the owner with its next commit', async () => {
    define();
    const owner = await lab.engine();
    const other = await lab.anotherEngine({ worker: false });
    const id = await startWaiting(owner);
    await other.cancel(id, 'from afar');
    const begun = lab.clock.now();
    gate.open('waited');
    await expectCancelled(other, id, 'from afar');
    expect(lab.clock.now() - begun).toBeLessThan(2000);
    expect(log).toEqual(['reserve', 'undo wait waited', 'release']);
  });

  it('reaches a transactional step in the commit of its own', async () => {
    const store = lab.app.activity('store', async () => {
      await gate.enter();
      await effect('stored');
    });
    lab.app.workflow('order', () => store());
    const owner = await lab.engine();
    const other = await lab.anotherEngine({ worker: false });
    const id = await startWaiting(owner);
    await other.cancel(id, 'from afar');
    gate.open(undefined);
    await expectCancelled(other, id, 'from afar');
    expect(lab.storage.effects).toEqual([]);
    expect(lab.steps(id)).toEqual(['$outcome']);
  });

  it('for a parked instance is served by whoever may: the process that was asked', async () => {
    define();
    const owner = await lab.engine();
    const other = await lab.anotherEngine();
    const id = await lab.start(owner, 'nap');
    await lab.clock.runUntilIdle();
    await other.cancel(id, 'from afar');
    await expectCancelled(other, id, 'from afar');
    expect(log).toEqual(['reserve', 'release']);
  });

  it('for a parked instance is found by a scan when the process that was asked is no worker', async () => {
    define();
    const owner = await lab.engine();
    const other = await lab.anotherEngine({ worker: false });
    const id = await lab.start(owner, 'nap');
    await lab.clock.runUntilIdle();
    await other.cancel(id, 'from afar');
    await lab.clock.advance('5s');
    await expectCancelled(other, id, 'from afar');
  });

  it('for an instance whose owner has died is served after its lease: what was under way is in doubt', async () => {
    define({ compensated: false });
    const first = lab.storage.connect();
    const owner = await lab.engine({ storage: first });
    const id = await startWaiting(owner);
    first.faults.crash();
    const other = await lab.anotherEngine();
    await other.cancel(id, 'from afar');
    await expectCancelled(other, id, 'from afar');
    expect(log).toEqual(['reserve', 'release']);
    expect(output(id)['compensations']).toMatchObject({ executed: ['reserve:1'], in_doubt: ['wait:1'] });
  });
});

describe('cancelling', () => {
  it('twice changes nothing: the first reason stays, compensations run once', async () => {
    define();
    const engine = await lab.engine();
    const id = await startWaiting(engine);
    await Promise.all([engine.cancel(id, 'first'), engine.cancel(id, 'second')]);
    await engine.cancel(id, 'third');
    gate.open('late');
    await expectCancelled(engine, id, 'first');
    await engine.cancel(id, 'afterwards');
    await lab.clock.advance('1m');
    expect(log).toEqual(['reserve', 'undo wait late', 'release']);
    expect(lab.row(id)).toMatchObject({ status: 'cancelled', cancelReason: 'first' });
  });

  it('an unknown instance, or one of another framework, is an error', async () => {
    define();
    const engine = await lab.engine();
    lab.storage.insertForeign({ instanceId: 'go', workflowName: 'order', framework: 'go', status: 'running' });
    expect(await failureOf(engine.cancel('nobody'))).toMatchObject({ code: 'ROMANCY_INSTANCE_NOT_FOUND' });
    expect(await failureOf(engine.cancel('go'))).toMatchObject({ code: 'ROMANCY_INSTANCE_NOT_FOUND' });
  });

  it('an instance that has failed is an error', async () => {
    lab.app.workflow('order', () => Promise.reject(new Error('no')));
    const engine = await lab.engine();
    const id = await lab.start(engine, 'order');
    await failureOf(lab.result(engine, id));
    expect(await failureOf(engine.cancel(id))).toMatchObject({ code: 'ROMANCY_INSTANCE_NOT_CANCELLABLE' });
  });

  it('an instance that has not begun ends it without running it', async () => {
    define();
    const starter = await lab.engine({ worker: false });
    const id = await lab.start(starter, 'order');
    await starter.cancel(id, 'never mind');
    const worker = await lab.anotherEngine();
    await expectCancelled(worker, id, 'never mind');
    expect(log).toEqual([]);
    expect(lab.steps(id)).toEqual(['$outcome']);
  });

  it('a blocked instance ends it, with its compensations', async () => {
    define();
    const engine = await lab.engine(RARELY);
    // The same history under code that does not fit it.
    const stuck = await lab.start(engine, 'nap');
    await lab.clock.runUntilIdle();
    lab.app.workflow('nap', () => 'other code', 'v2');
    const second = await lab.anotherEngine(RARELY);
    await engine.stop();
    await lab.clock.advance('2d');
    expect(await second.block(stuck)).toMatchObject({ code: 'ROMANCY_NONDETERMINISM_UNREAD_HISTORY' });
    log.splice(0);
    await second.cancel(stuck, 'gave up');
    await expectCancelled(second, stuck, 'gave up');
    expect(log).toEqual(['release']);
  });

  it('runs compensations once even when the process dies in between', async () => {
    define();
    const first = lab.storage.connect();
    const engine = await lab.engine({ storage: first });
    const id = await lab.start(engine, 'nap');
    await lab.clock.runUntilIdle();
    first.faults.intercept(({ side, entries }) =>
      side === 'after' && entries.some(({ history }) => history.some((row) => row.eventType === 'CompensationExecuted'))
        ? 'crash'
        : undefined,
    );
    const cancelling = engine.cancel(id, 'x');
    await until('the process is dead', () => first.faults.crashed);
    const second = await lab.anotherEngine();
    await expectCancelled(second, id, 'x');
    expect(log).toEqual(['reserve', 'release']);
    void cancelling;
  });
});
