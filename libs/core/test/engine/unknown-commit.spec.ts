import {
  acceptedEvent,
  RetryExhaustedError,
  TerminalError,
  type AcceptedEvent,
  type CloudEventValue,
} from '@romancy/core';
import type { FaultPoint, FaultReaction } from '@romancy/testing';
import { attempt, effect } from '../support/app.js';
import { Gate } from '../support/gate.js';
import { records } from '../support/hold.js';
import { failureOf, Lab, until } from '../support/lab.js';

let lab: Lab;
beforeEach(() => (lab = new Lab()));
afterEach(() => lab.close());

type Matcher = (point: FaultPoint) => boolean;

/** The first commit that matches is unknown to its caller; `after`: it was written, `before`: it was not. */
function loseOnce(side: 'before' | 'after', matches: Matcher, reaction: FaultReaction = 'unknown'): () => number {
  let lost = 0;
  lab.storage.faults.intercept((point) => {
    if (lost > 0 || point.side !== side || !matches({ ...point, side: 'before' })) return undefined;
    lost += 1;
    return reaction;
  });
  return () => lost;
}

const EVENT: CloudEventValue = {
  id: 'e1',
  source: '/test',
  type: 'placed',
  subject: undefined,
  time: undefined,
  dataContentType: undefined,
  dataSchema: undefined,
  extensions: {},
  data: null,
};

const SIDES = ['before', 'after'] as const;

describe.each(SIDES)('a commit whose answer was lost (%s it was written)', (side) => {
  it('of a result: it is recorded once, and the workflow goes on at once', async () => {
    const calls: string[] = [];
    const work = lab.app.activity('work', (n: number) => void calls.push(`work ${String(n)}`), {
      transactional: false,
    });
    lab.app.workflow('order', async () => {
      await work(1);
      await work(2);
      return 'done';
    });
    const engine = await lab.engine();
    const lost = loseOnce(side, records('work:1'));
    const id = await lab.start(engine, 'order');
    const begun = lab.clock.now();
    expect(await lab.result(engine, id)).toBe('done');
    expect(lost()).toBe(1);
    expect(lab.clock.now() - begun).toBeLessThan(1000);
    expect(calls).toEqual(['work 1', 'work 2']);
    expect(lab.steps(id)).toEqual(['work:1', 'work:2']);
  });

  it('of the end: the result is the same, and the end is told once', async () => {
    const work = lab.app.activity('work', () => 7);
    lab.app.workflow('order', () => work());
    const engine = await lab.engine();
    const lost = loseOnce(
      side,
      ({ entries, side: at }) => at === 'before' && entries.some((e) => e.status === 'completed'),
    );
    expect(await lab.execute(engine, 'order')).toBe(7);
    expect(lost()).toBe(1);
    expect(lab.logged(/no longer holds/)).toEqual([]);
  });

  it('of an end without steps', async () => {
    lab.app.workflow('order', () => 'nothing to do');
    const engine = await lab.engine();
    const lost = loseOnce(
      side,
      ({ entries, side: at }) => at === 'before' && entries.some((e) => e.status === 'completed'),
    );
    expect(await lab.execute(engine, 'order')).toBe('nothing to do');
    expect(lost()).toBe(1);
  });

  it('of a wait: the instance is parked, and wakes in time', async () => {
    lab.app.workflow('nap', (ctx) => ctx.sleep('1h'));
    const engine = await lab.engine();
    const lost = loseOnce(
      side,
      ({ entries, side: at }) => at === 'before' && entries.some((e) => e.addTimers.length > 0),
    );
    const begun = lab.clock.now();
    await lab.execute(engine, 'nap');
    expect(lost()).toBe(1);
    expect(lab.clock.now() - begun).toBeLessThan(3_601_000);
  });

  it('of a start: there is one instance, and the caller is told that it was created', async () => {
    lab.app.workflow('order', () => 'done');
    const engine = await lab.engine();
    const lost = loseOnce(side, ({ entries, side: at }) => at === 'before' && entries.some((e) => e.create !== null));
    const report = await engine.startInstance({ workflowName: 'order', input: 1, instanceId: 'a', onConflict: 'fail' });
    expect(report).toEqual({ instanceId: 'a', created: true });
    expect(lost()).toBe(1);
    expect(await lab.result(engine, 'a')).toBe('done');
  });

  it('of a start that is not locked here', async () => {
    lab.app.workflow('order', () => 'done');
    const starter = await lab.engine({ worker: false });
    const worker = await lab.anotherEngine();
    const lost = loseOnce(side, ({ entries, side: at }) => at === 'before' && entries.some((e) => e.create !== null));
    const report = await starter.startInstance({
      workflowName: 'order',
      input: 1,
      instanceId: 'a',
      onConflict: 'fail',
    });
    expect(report).toEqual({ instanceId: 'a', created: true });
    expect(lost()).toBe(1);
    expect(await lab.result(worker, 'a')).toBe('done');
  });

  it('of a transactional activity: its writes are there exactly once, with its compensation', async () => {
    const attempts: number[] = [];
    const log: string[] = [];
    const store = lab.app.activity(
      'store',
      async () => {
        attempts.push(attempt().attempt);
        attempt().afterCommit(() => void log.push('after commit'));
        await effect('stored');
        return 'stored';
      },
      { compensation: () => undefined },
    );
    lab.app.workflow('order', () => store());
    const engine = await lab.engine();
    const lost = loseOnce(side, ({ operation, side: at }) => at === 'before' && operation === 'transaction.commit');
    const id = await lab.start(engine, 'order');
    const begun = lab.clock.now();
    expect(await lab.result(engine, id)).toBe('stored');
    expect(lost()).toBe(1);
    expect(lab.clock.now() - begun).toBeLessThan(1000);
    expect(lab.storage.effects).toEqual(['stored']);
    expect(lab.record(id).compensations).toHaveLength(1);
    expect(log).toEqual(['after commit']);
    // What was not written runs again, as the same attempt; what was written does not.
    expect(attempts).toEqual(side === 'after' ? [1] : [1, 1]);
  });

  it('of a transaction that took earlier entries along', async () => {
    await lab.close();
    lab = new Lab({ singleWriter: true });
    const gate = new Gate();
    const store = lab.app.activity('store', async () => {
      await effect('stored');
      if (gate.entered === 0) await gate.enter();
    });
    const plain = lab.app.activity('plain', () => 'plain', { transactional: false });
    lab.app.workflow('parallel', () => Promise.all([store(), plain()]));
    const engine = await lab.engine();
    const id = await lab.start(engine, 'parallel');
    await until('the transaction is open', () => gate.entered === 1);
    await lab.quiet();
    const lost = loseOnce(side, records('store:1'));
    const begun = lab.clock.now();
    gate.open();
    expect(await lab.result(engine, id)).toEqual([undefined, 'plain']);
    expect(lost()).toBe(1);
    expect(lab.clock.now() - begun).toBeLessThan(1000);
    expect(lab.storage.effects).toEqual(['stored']);
    expect(lab.logged(/no longer holds/)).toEqual([]);
  });

  it('of a final failure: it is recorded once', async () => {
    const fails = lab.app.activity('fails', () => {
      throw new TerminalError('no');
    });
    lab.app.workflow('order', async () => {
      const error = await failureOf(fails());
      return error instanceof RetryExhaustedError ? 'exhausted' : (error as Error).message;
    });
    const engine = await lab.engine();
    const lost = loseOnce(side, records('fails:1'));
    expect(await lab.execute(engine, 'order')).toBe('no');
    expect(lost()).toBe(1);
  });

  it('of a compensation', async () => {
    const store = lab.app.activity('store', () => effect('stored'), { compensation: () => effect('undone') });
    lab.app.workflow('order', async () => {
      await store();
      throw new Error('over');
    });
    const engine = await lab.engine();
    const lost = loseOnce(
      side,
      ({ entries, side: at }) =>
        at === 'before' && entries.some((e) => e.history.some((row) => row.activityId.startsWith('compensation:'))),
    );
    const id = await lab.start(engine, 'order');
    await failureOf(lab.result(engine, id));
    expect(lost()).toBe(1);
    expect(lab.logged(/no longer holds/)).toEqual([]);
    expect(lab.row(id).status).toBe('failed');
    expect(lab.storage.effects).toEqual(['stored', 'undone']);
  });
});

it('a commit whose answer is lost again and again is written once', async () => {
  const work = lab.app.activity('work', () => 7, { transactional: false });
  lab.app.workflow('order', () => work());
  const engine = await lab.engine();
  let lost = 0;
  lab.storage.faults.intercept((point) => {
    if (!records('work:1')({ ...point, side: 'before' }) || lost === 4) return undefined;
    lost += 1;
    return 'unknown';
  });
  const id = await lab.start(engine, 'order');
  expect(await lab.result(engine, id)).toBe(7);
  expect(lost).toBe(4);
  expect(lab.steps(id)).toEqual(['work:1']);
});

describe('a commit that is still under way when its connection is lost', () => {
  it('is waited for: it counts when it lands', async () => {
    const bodies: string[] = [];
    const work = lab.app.activity('work', (n: number) => void bodies.push(String(n)), { transactional: false });
    lab.app.workflow('order', async () => {
      await work(1);
      await work(2);
    });
    const engine = await lab.engine();
    let land = (): void => undefined;
    const landsLate = new Promise<void>((resolve) => (land = resolve));
    const lost = loseOnce('before', records('work:1'), { landsLate });
    const id = await lab.start(engine, 'order');
    await until('the connection is lost', () => lost() === 1);
    await lab.quiet();
    expect(bodies).toEqual(['1']);
    land();
    await lab.result(engine, id);
    expect(bodies).toEqual(['1', '2']);
    expect(lab.steps(id)).toEqual(['work:1', 'work:2']);
    expect(lab.logged(/no longer holds/)).toEqual([]);
  });

  it('of a transactional activity is waited for before anything else happens', async () => {
    const attempts: number[] = [];
    const store = lab.app.activity('store', async () => {
      attempts.push(attempt().attempt);
      await effect('stored');
    });
    lab.app.workflow('order', () => store());
    const engine = await lab.engine();
    let land = (): void => undefined;
    const landsLate = new Promise<void>((resolve) => (land = resolve));
    const lost = loseOnce('before', records('store:1'), { landsLate });
    const id = await lab.start(engine, 'order');
    await until('the connection is lost', () => lost() === 1);
    await lab.quiet();
    expect(attempts).toEqual([1]);
    land();
    await lab.result(engine, id);
    expect(attempts).toEqual([1]);
    expect(lab.storage.effects).toEqual(['stored']);
  });

  it('does not get into the way of a transaction that holds the only writer', async () => {
    await lab.close();
    lab = new Lab({ singleWriter: true });
    const open = new Gate();
    const store = lab.app.activity('store', async () => {
      if (open.entered === 0) await open.enter();
      await effect('stored');
    });
    const plain = lab.app.activity('plain', () => 'plain', { transactional: false });
    lab.app.workflow('parallel', () => Promise.all([store(), plain()]));
    const engine = await lab.engine();
    const lost = loseOnce('before', (point) => {
      if (!records('plain:1')(point)) return false;
      // The transaction takes the writer before the entry can be written once more.
      open.open();
      return true;
    });
    const id = await lab.start(engine, 'parallel');
    expect(await lab.result(engine, id)).toEqual([undefined, 'plain']);
    expect(lost()).toBe(1);
    expect(lab.steps(id)).toEqual(['plain:1', 'store:1']);
    expect(lab.storage.effects).toEqual(['stored']);
  });

  it('is a lost lease when another worker has gone on meanwhile', async () => {
    const bodies: string[] = [];
    const work = lab.app.activity('work', () => void bodies.push(attempt().instanceId), { transactional: false });
    lab.app.workflow('order', () => work());
    const engine = await lab.engine({ resumeInterval: '1d' });
    lab.storage.faults.intercept((point) => {
      if (!records('work:1')(point)) return undefined;
      lab.storage.faults.intercept(undefined);
      lab.storage.stealLease(point.entries[0]?.instanceId ?? '', 'another-worker', 60_000);
      return 'unknown';
    });
    const id = await lab.start(engine, 'order');
    await engine.whenIdle();
    expect(lab.logged(/no longer holds/)).toHaveLength(1);
    expect(lab.steps(id)).toEqual([]);
    expect(lab.row(id)).toMatchObject({ lockedBy: 'another-worker', status: 'running' });
  });
});

describe.each(SIDES)('a hand-over to the next generation whose answer was lost (%s it was written)', (side) => {
  it('happens once, and that generation goes on at once', async () => {
    const calls: number[] = [];
    const work = lab.app.activity('work', (n: number) => void calls.push(n), { transactional: false });
    lab.app.workflow('count', async (ctx, n: number) => {
      await work(n);
      return n < 3 ? ctx.recur(n + 1) : n;
    });
    const engine = await lab.engine();
    const lost = loseOnce(
      side,
      ({ entries, side: at }) => at === 'before' && entries.some(({ recur }) => recur !== null),
    );
    const begun = lab.clock.now();
    expect(await lab.execute(engine, 'count', 1, 'c')).toBe(3);
    expect(lost()).toBe(1);
    expect(calls).toEqual([1, 2, 3]);
    expect(lab.clock.now() - begun).toBeLessThan(1000);
    expect(lab.logged(/no longer holds/)).toEqual([]);
  });
});

describe.each(SIDES)('an event or message whose commit was not answered (%s it was written)', (side) => {
  const event = (data: unknown, starts: readonly string[]): AcceptedEvent =>
    acceptedEvent(
      { ...EVENT, data },
      starts.map((workflowName) => ({ workflowName, input: data })),
    );

  it('starts its workflow once', async () => {
    const calls: unknown[] = [];
    const work = lab.app.activity('work', (n: unknown) => void calls.push(n), { transactional: false });
    lab.app.workflow('order', (_, n) => work(n));
    const engine = await lab.engine();
    const lost = loseOnce(side, ({ operation }) => operation === 'messages.store');
    await engine.deliver(event(1, ['order']));
    expect(lost()).toBe(1);
    const [id = ''] = [...lab.storage.database.instances.keys()];
    await lab.result(engine, id);
    expect(calls).toEqual([1]);
  });

  it('does not run again what an earlier delivery has started', async () => {
    const calls: unknown[] = [];
    const work = lab.app.activity('work', (n: unknown) => void calls.push(n), { transactional: false });
    lab.app.workflow('order', (_, n) => work(n));
    const engine = await lab.engine();
    const { started } = await engine.deliver(event(1, ['order']));
    await lab.result(engine, started[0] ?? '');
    const lost = loseOnce(side, ({ operation }) => operation === 'messages.store');
    await engine.deliver(event(1, ['order']));
    expect(lost()).toBe(1);
    await lab.clock.runUntil(engine.whenIdle());
    expect(calls).toEqual([1]);
  });

  it('is published once, with nobody asking again', async () => {
    const engine = await lab.engine();
    const lost = loseOnce(side, ({ operation }) => operation === 'messages.store');
    await engine.publish({ channel: 'news', data: 1 });
    expect(lost()).toBe(1);
    expect(lab.storage.database.messages.ofChannel('news')).toHaveLength(1);
  });
});

it('an event that cannot be taken in keeps no slot', async () => {
  lab.app.workflow('order', (_, n) => n);
  const engine = await lab.engine({ maxConcurrentInstances: 1 });
  const accepted = acceptedEvent({ ...EVENT, data: 1 }, [
    { workflowName: 'order', input: 1 },
    { workflowName: 'order', input: () => 'no value' },
  ]);
  expect(await failureOf(engine.deliver(accepted))).toMatchObject({ code: 'ROMANCY_UNSTORABLE_VALUE' });
  expect(lab.storage.database.instances.size).toBe(0);
  expect(await lab.execute(engine, 'order', 7)).toBe(7);
});
