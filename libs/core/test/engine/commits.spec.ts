import {
  EntryConflictError,
  SerializationConflictError,
  StorageUnavailableError,
  TerminalError,
  type WorkflowFailedError,
} from '@romancy/core';
import type { FaultPoint } from '@romancy/testing';
import { attempt, effect } from '../support/app.js';
import { Gate } from '../support/gate.js';
import { Hold, records } from '../support/hold.js';
import { failureOf, Lab, until } from '../support/lab.js';

let lab: Lab;
beforeEach(() => (lab = new Lab()));
afterEach(() => lab.close());

/** Commits from now on: the history rows of each entry of each group. */
function recordCommits(): () => readonly (readonly string[])[] {
  const points = lab.storage.faults.record();
  return () =>
    points
      .filter(({ operation, side }) => side === 'after' && ['commits.write', 'transaction.commit'].includes(operation))
      .map(({ entries }) => entries.flatMap(({ history }) => history.map(({ activityId }) => activityId)));
}

describe('output commit: what was recorded is durable before anything depends on it', () => {
  it('the next body starts only after the commit of the result before it', async () => {
    const started: string[] = [];
    const one = lab.app.activity('one', () => void started.push('one'));
    const two = lab.app.activity('two', () => void started.push('two'));
    lab.app.workflow('both', async () => {
      await one();
      await two();
    });
    const engine = await lab.engine();
    const hold = new Hold(lab.storage, records('one:1'));
    const id = await lab.start(engine, 'both');
    await until('the first result is being committed', () => hold.reached);
    await lab.quiet();
    expect(started).toEqual(['one']);
    hold.release();
    await lab.result(engine, id);
    expect(started).toEqual(['one', 'two']);
  });

  it('holds for inline steps, for steps after a step that failed, and for compensations', async () => {
    const seen: Record<string, readonly string[]> = {};
    const look = (name: string) => (): void => void (seen[name] = lab.steps('order'));
    const fails = lab.app.activity('fails', () => {
      throw new TerminalError('no');
    });
    const reserve = lab.app.activity('reserve', look('reserve'), { compensation: look('undo') });
    lab.app.workflow('order', async (ctx) => {
      await ctx.step('first', look('first'));
      await fails().catch(() => undefined);
      await reserve();
      throw new Error('over');
    });
    await failureOf(lab.execute(await lab.engine(), 'order', undefined, 'order'));
    expect(seen).toEqual({
      first: [],
      reserve: ['first:1', 'fails:1'],
      undo: ['first:1', 'fails:1', 'reserve:1', '$outcome'],
    });
  });

  it('a result is visible only after the commit that holds it', async () => {
    const work = lab.app.activity('work', () => 5);
    lab.app.workflow('short', () => work());
    const engine = await lab.engine();
    const hold = new Hold(lab.storage, records('work:1'));
    const id = await lab.start(engine, 'short');
    let result: unknown = 'none';
    void engine.result(id).then((value) => (result = value));
    await until('the end is being committed', () => hold.reached);
    await lab.quiet();
    expect(result).toBe('none');
    expect((await engine.get(id)).status).toBe('running');
    hold.release();
    await until('the result is there', () => result === 5);
  });

  it('a deadline counts down only once it is stored', async () => {
    const gate = new Gate();
    const work = lab.app.activity('work', () => gate.enter());
    lab.app.workflow('nap', (ctx) => Promise.all([work(), ctx.sleep('1s')]));
    const engine = await lab.engine();
    const hold = new Hold(
      lab.storage,
      ({ entries, side }) => side === 'before' && entries.some(({ addTimers }) => addTimers.length > 0),
    );
    const id = await lab.start(engine, 'nap');
    await until('the deadline is being stored', () => hold.reached);
    await lab.clock.advance('1m');
    expect(gate.entered).toBe(1);
    gate.open();
    await lab.quiet();
    hold.release();
    await lab.result(engine, id);
    // The work ended before the deadline began to count.
    expect(lab.steps(id)).toEqual(['work:1', 'sleep:1']);
  });

  it('one entry holds a result and what followed from it: the end of the instance, or its next wait', async () => {
    const work = lab.app.activity('work', () => 1);
    lab.app.workflow('ends', () => work());
    lab.app.workflow('waits', async (ctx) => {
      await work();
      await ctx.sleep('1h');
    });
    const engine = await lab.engine();
    const points = lab.storage.faults.record();
    const entriesOf = (id: string): FaultPoint['entries'] =>
      points.flatMap(({ side, entries }) => (side === 'after' ? entries.filter((e) => e.instanceId === id) : []));
    const ends = await lab.start(engine, 'ends');
    const waits = await lab.start(engine, 'waits');
    await lab.clock.runUntilIdle();
    expect(entriesOf(ends).slice(1)).toMatchObject([
      { history: [{ activityId: 'work:1' }], status: 'completed', release: true },
    ]);
    expect(entriesOf(waits).slice(1)).toMatchObject([
      {
        history: [{ activityId: 'work:1' }],
        status: 'waiting_for_timer',
        addTimers: [{ timerId: 'sleep:1' }],
        release: true,
      },
    ]);
  });

  it('what a refused entry said has not happened', async () => {
    const bodies: string[] = [];
    const one = lab.app.activity('one', () => void bodies.push('one'));
    const two = lab.app.activity('two', () => void bodies.push('two'));
    lab.app.workflow('both', async () => {
      await one();
      await two();
    });
    const engine = await lab.engine({ resumeInterval: '1d' });
    const hold = new Hold(lab.storage, records('one:1'));
    const id = await lab.start(engine, 'both');
    await until('the first result is being committed', () => hold.reached);
    lab.storage.stealLease(id, 'another-worker', 60_000);
    hold.release();
    await engine.whenIdle();
    expect(bodies).toEqual(['one']);
    expect(lab.steps(id)).toEqual([]);
  });
});

describe('group commit', () => {
  async function startMany(count: number, engine: Awaited<ReturnType<Lab['engine']>>): Promise<readonly string[]> {
    const ids = Array.from({ length: count }, (_, index) => `i${String(index)}`);
    await Promise.all(ids.map((id) => lab.start(engine, 'short', undefined, id)));
    return ids;
  }

  beforeEach(() => {
    const work = lab.app.activity('work', () => attempt().instanceId, { transactional: false });
    lab.app.workflow('short', () => work());
  });

  it('writes what gathers while a commit is under way as one group', async () => {
    const engine = await lab.engine();
    const commits = recordCommits();
    const ids = await startMany(60, engine);
    expect(await Promise.all(ids.map((id) => lab.result(engine, id)))).toEqual(ids);
    expect(commits().length).toBeLessThan(30);
    expect(commits().flat()).toHaveLength(60);
  });

  it('does not wait when the line is idle: a single instance commits at once, alone', async () => {
    const engine = await lab.engine();
    const commits = recordCommits();
    await lab.execute(engine, 'short');
    expect(commits()).toEqual([[], ['work:1']]);
  });

  it.each([
    ['cannot be stored', 'value'],
    ['meets a row of another writer', 'unique'],
  ] as const)('an entry that %s fails alone: all others of its group are written', async (_what, conflict) => {
    const engine = await lab.engine();
    const groups: number[] = [];
    lab.storage.faults.intercept(({ side, operation, entries }) => {
      if (side !== 'before' || operation !== 'commits.write') return undefined;
      if (!entries.some(({ instanceId, history }) => instanceId === 'i7' && history.length > 0)) return undefined;
      groups.push(entries.length);
      return { fail: new EntryConflictError(conflict, 'by order of the test') };
    });
    const ids = await startMany(20, engine);
    const good = ids.filter((id) => id !== 'i7');
    expect(await Promise.all(good.map((id) => lab.result(engine, id)))).toEqual(good);
    await engine.whenIdle();
    expect(lab.row('i7').status).toBe('running');
    expect(lab.steps('i7')).toEqual([]);
    expect(groups.length).toBeGreaterThan(1);
    expect(groups.at(-1)).toBe(1);
    lab.storage.faults.intercept(undefined);
    if (conflict === 'value') {
      expect(await engine.block('i7')).toMatchObject({ code: 'ROMANCY_ENTRY_CONFLICT' });
      expect(await engine.retryBlocked('i7')).toBe(true);
    } else {
      expect(lab.logged(/no longer holds the lease of instance i7/)).toHaveLength(1);
    }
    expect(await lab.result(engine, 'i7')).toBe('i7');
  });

  it('is repeated when the database reports a deadlock, without an attempt being counted', async () => {
    const engine = await lab.engine();
    let conflicts = 0;
    lab.storage.faults.intercept(({ side, entries }) => {
      if (side !== 'before' || !entries.some(({ history }) => history.length > 0) || conflicts === 3) return undefined;
      conflicts += 1;
      return { fail: new SerializationConflictError('deadlock') };
    });
    const ids = await startMany(5, engine);
    expect(await Promise.all(ids.map((id) => lab.result(engine, id)))).toEqual(ids);
    expect(conflicts).toBe(3);
    for (const id of ids) expect(lab.data(id, 'work:1')['retry_metadata']).toBeUndefined();
  });

  it('waits while the database is down, and loses nothing', async () => {
    const engine = await lab.engine();
    let refusals = 0;
    lab.storage.faults.intercept(({ side, operation, entries }) => {
      if (side !== 'before' || operation !== 'commits.write' || refusals === 4) return undefined;
      if (!entries.some(({ history }) => history.length > 0)) return undefined;
      refusals += 1;
      return { fail: new StorageUnavailableError('down') };
    });
    const ids = await startMany(5, engine);
    expect(await Promise.all(ids.map((id) => lab.result(engine, id)))).toEqual(ids);
    expect(refusals).toBe(4);
    expect(lab.logged(/cannot be written; entries wait/).length).toBeGreaterThan(0);
  });
});

describe('a transactional activity', () => {
  it('commits its writes, its row and its compensation as one', async () => {
    const reserve = lab.app.activity('reserve', () => effect('reserved'), { compensation: () => undefined });
    lab.app.workflow('order', () => reserve());
    const engine = await lab.engine();
    const hold = new Hold(lab.storage, records('reserve:1'));
    const id = await lab.start(engine, 'order');
    await until('it is being committed', () => hold.reached);
    expect(hold.points[0]?.operation).toBe('transaction.commit');
    expect([lab.storage.effects, lab.steps(id), lab.record(id).compensations]).toEqual([[], [], []]);
    hold.release();
    await lab.result(engine, id);
    expect(lab.storage.effects).toEqual(['reserved']);
    expect(lab.steps(id)).toEqual(['reserve:1']);
    expect(lab.record(id).compensations).toMatchObject([{ activityId: 'reserve:1', activityName: 'undo_reserve' }]);
  });

  it('that touches no database costs no transaction of its own', async () => {
    const idle = lab.app.activity('idle', () => attempt().transaction?.used);
    lab.app.workflow('order', () => idle());
    const engine = await lab.engine();
    const points = lab.storage.faults.record();
    expect(await lab.execute(engine, 'order')).toBe(false);
    expect(points.filter(({ operation }) => operation.startsWith('transaction.'))).toEqual([]);
  });

  it('is repeated, and is no attempt, when its commit meets a deadlock', async () => {
    const attempts: number[] = [];
    const reserve = lab.app.activity('reserve', async () => {
      attempts.push(attempt().attempt);
      await effect(`reserved ${String(attempts.length)}`);
    });
    lab.app.workflow('order', () => reserve());
    const engine = await lab.engine();
    let conflicts = 0;
    lab.storage.faults.intercept(({ side, operation }) => {
      if (side !== 'before' || operation !== 'transaction.commit' || conflicts === 2) return undefined;
      conflicts += 1;
      return { fail: new SerializationConflictError('deadlock') };
    });
    await lab.execute(engine, 'order');
    expect(attempts).toEqual([1, 1, 1]);
    expect(lab.storage.effects).toEqual(['reserved 3']);
  });

  it('whose commit the database refuses for a reason of the user’s has failed an attempt', async () => {
    const attempts: number[] = [];
    const reserve = lab.app.activity(
      'reserve',
      async () => {
        attempts.push(attempt().attempt);
        await effect('reserved');
      },
      { retry: { maxAttempts: 2, initialInterval: '1s', jitter: 0 } },
    );
    lab.app.workflow('order', () => reserve());
    const engine = await lab.engine();
    lab.storage.faults.intercept(({ side, operation }) =>
      side === 'before' && operation === 'transaction.commit'
        ? { fail: new Error('deferred constraint violated') }
        : undefined,
    );
    const { cause } = (await failureOf(lab.execute(engine, 'order'))) as WorkflowFailedError;
    expect(cause).toMatchObject({
      code: 'ROMANCY_RETRY_EXHAUSTED',
      cause: { message: 'deferred constraint violated' },
    });
    expect(attempts).toEqual([1, 2]);
    expect(lab.storage.effects).toEqual([]);
  });
});

describe('the closing section of one instance', () => {
  it('gives rows their ids in the order of delivery, whatever is transactional', async () => {
    const seen: string[] = [];
    const gates = { a: new Gate(), b: new Gate(), c: new Gate() };
    const stored = lab.app.activity('stored', async (name: 'a' | 'b' | 'c') => {
      await gates[name].enter();
      await effect(name);
      return name;
    });
    const plain = lab.app.activity('plain', async (name: 'a' | 'b' | 'c') => {
      await gates[name].enter();
      return name;
    });
    const note = async (step: Promise<string>): Promise<unknown> => seen.push(await step);
    lab.app.workflow('parallel', () => Promise.all([note(stored('a')), note(plain('b')), note(stored('c'))]));
    const engine = await lab.engine();
    const id = await lab.start(engine, 'parallel');
    await until('all bodies run', () => gates.a.entered + gates.b.entered + gates.c.entered === 3);
    const hold = new Hold(lab.storage, records('stored:2'));
    gates.c.open();
    await until('c is being committed', () => hold.reached);
    gates.b.open();
    gates.a.open();
    await lab.quiet();
    expect(lab.steps(id)).toEqual([]);
    hold.release();
    await lab.result(engine, id);
    expect(lab.steps(id)).toEqual(['stored:2', 'plain:1', 'stored:1']);
    expect(seen).toEqual(['c', 'b', 'a']);
    expect(lab.storage.effects).toEqual(['c', 'a']);
  });

  it('has at most one entry under way', async () => {
    const work = lab.app.activity('work', (n: number) => n, { transactional: false });
    lab.app.workflow('parallel', () => Promise.all([work(1), work(2), work(3)]));
    const engine = await lab.engine();
    let open = 0;
    let most = 0;
    lab.storage.faults.intercept(async ({ operation, side }) => {
      if (operation !== 'commits.write') return undefined;
      open += side === 'before' ? 1 : -1;
      most = Math.max(most, open);
      if (side === 'before') await new Promise((resolve) => setImmediate(resolve));
      return undefined;
    });
    await lab.execute(engine, 'parallel');
    expect(most).toBe(1);
  });

  it('of a transaction that holds the only writer takes earlier entries along instead of waiting for them', async () => {
    await lab.close();
    lab = new Lab({ singleWriter: true });
    const gate = new Gate();
    const stored = lab.app.activity('stored', async () => {
      await effect('stored');
      await gate.enter();
    });
    const plain = lab.app.activity('plain', () => 'plain', { transactional: false });
    lab.app.workflow('parallel', async () => {
      const open = stored();
      const first = await plain();
      await Promise.all([open, plain()]);
      return first;
    });
    const engine = await lab.engine();
    const commits = recordCommits();
    const id = await lab.start(engine, 'parallel');
    await until('the transaction is open', () => gate.entered === 1);
    await lab.quiet();
    expect(lab.steps(id)).toEqual([]);
    gate.open();
    expect(await lab.result(engine, id)).toBe('plain');
    expect(lab.steps(id)).toEqual(['plain:1', 'stored:1', 'plain:2']);
    expect(commits()).toContainEqual(['plain:1', 'stored:1']);
    expect(lab.storage.effects).toEqual(['stored']);
  });

  it('puts earlier entries back in line when the transaction that took them along is rolled back', async () => {
    await lab.close();
    lab = new Lab({ singleWriter: true });
    const gate = new Gate();
    const stored = lab.app.activity('stored', async () => {
      await effect('stored');
      await gate.enter();
    });
    const plain = lab.app.activity('plain', () => 'plain', { transactional: false });
    lab.app.workflow('parallel', () => Promise.all([stored(), plain()]));
    const engine = await lab.engine();
    const id = await lab.start(engine, 'parallel');
    await until('the transaction is open', () => gate.entered === 1);
    await lab.quiet();
    let conflicts = 0;
    lab.storage.faults.intercept(({ operation, side }) => {
      if (operation !== 'transaction.commit' || side !== 'before' || conflicts > 0) return undefined;
      conflicts += 1;
      return { fail: new SerializationConflictError('deadlock') };
    });
    gate.open();
    await until('the second attempt runs', () => gate.entered === 2);
    await lab.quiet();
    gate.open();
    expect(await lab.result(engine, id)).toEqual([undefined, 'plain']);
    expect(lab.steps(id)).toEqual(['plain:1', 'stored:1']);
    expect(lab.storage.effects).toEqual(['stored']);
  });
});

describe('afterCommit', () => {
  const log: string[] = [];
  beforeEach(() => log.splice(0));

  it.each([true, false])('runs after the commit that records the activity (transactional: %p)', async (stores) => {
    const work = lab.app.activity('work', async () => {
      attempt().afterCommit(() => void log.push(`recorded: ${lab.steps('order').join()}`));
      if (stores) await effect('x');
      log.push('body');
    });
    lab.app.workflow('order', () => work());
    const engine = await lab.engine();
    const hold = new Hold(lab.storage, records('work:1'));
    await lab.start(engine, 'order', undefined, 'order');
    await until('the commit is under way', () => hold.reached);
    await lab.quiet();
    expect(log).toEqual(['body']);
    hold.release();
    await lab.result(engine, 'order');
    expect(log).toEqual(['body', 'recorded: work:1']);
  });

  it('never runs for an attempt that failed or was rolled back', async () => {
    const work = lab.app.activity(
      'work',
      async (stores: boolean) => {
        const { attempt: number } = attempt();
        attempt().afterCommit(() => void log.push(`after ${String(number)}`));
        if (stores) await effect(`effect ${String(number)}`);
        if (number < 3) throw new Error('not yet');
      },
      { retry: { initialInterval: '1s' } },
    );
    lab.app.workflow('order', (_ctx, stores: boolean) => work(stores));
    const engine = await lab.engine();
    await lab.execute(engine, 'order', true);
    await lab.execute(engine, 'order', false);
    expect(log).toEqual(['after 3', 'after 3']);
  });

  it('never runs when the commit is refused', async () => {
    const work = lab.app.activity('work', async () => {
      attempt().afterCommit(() => void log.push('after'));
      await effect('x');
    });
    lab.app.workflow('order', () => work());
    const engine = await lab.engine({ resumeInterval: '1d' });
    const hold = new Hold(lab.storage, records('work:1'));
    const id = await lab.start(engine, 'order');
    await until('the commit is under way', () => hold.reached);
    lab.storage.stealLease(id, 'another-worker', 60_000);
    hold.release();
    await engine.whenIdle();
    expect(log).toEqual([]);
    expect(lab.storage.effects).toEqual([]);
  });

  it('that fails is reported, and changes nothing', async () => {
    const work = lab.app.activity('work', () => {
      attempt().afterCommit(() => {
        throw new Error('at once');
      });
      attempt().afterCommit(() => Promise.reject(new Error('later')));
      attempt().afterCommit(() => void log.push('the others run'));
      return 'done';
    });
    lab.app.workflow('order', () => work());
    expect(await lab.execute(await lab.engine(), 'order')).toBe('done');
    await lab.quiet();
    expect(log).toEqual(['the others run']);
    expect(lab.logged(/afterCommit callback failed/)).toHaveLength(2);
  });
});

describe('ctx.setStage', () => {
  it('is written with the next commit, never by one of its own', async () => {
    const stages: unknown[] = [];
    const look = lab.app.activity('look', () => void stages.push(lab.row('order').stage));
    lab.app.workflow('order', async (ctx) => {
      ctx.setStage('one');
      await look();
      ctx.setStage('two');
      await look();
      ctx.setStage('three');
    });
    const engine = await lab.engine();
    const commits = recordCommits();
    await lab.execute(engine, 'order', undefined, 'order');
    expect(stages).toEqual([null, 'two']);
    expect(commits()).toEqual([[], ['look:1'], ['look:2']]);
    expect(await engine.get('order')).toMatchObject({ stage: 'three' });
  });

  it('is written with a wait, so that it can be read while the instance is parked', async () => {
    lab.app.workflow('order', async (ctx) => {
      ctx.setStage('waiting for the customer');
      await ctx.sleep('1d');
    });
    const engine = await lab.engine();
    const id = await lab.start(engine, 'order');
    await lab.clock.runUntilIdle();
    expect(lab.row(id)).toMatchObject({ stage: 'waiting for the customer', status: 'waiting_for_timer' });
  });

  it('reaches the database with a transactional activity, too', async () => {
    const store = lab.app.activity('store', () => effect('x'));
    const look = lab.app.activity('look', () => lab.row('order').stage);
    lab.app.workflow('order', async (ctx) => {
      ctx.setStage('storing');
      await store();
      return look();
    });
    expect(await lab.execute(await lab.engine(), 'order', undefined, 'order')).toBe('storing');
  });
});
