import type { Engine } from '@romancy/core';
import { attempt, effect } from '../support/app.js';
import { Gate } from '../support/gate.js';
import { Hold } from '../support/hold.js';
import { Lab, until } from '../support/lab.js';

let lab: Lab;
let gate: Gate<unknown>;
let bodies: string[];
beforeEach(() => {
  lab = new Lab();
  gate = new Gate();
  bodies = [];
});
afterEach(async () => {
  for (let left = 0; left < 20; left += 1) gate.open('late');
  await lab.close();
});

function define(transactional = false): void {
  const work = lab.app.activity(
    'work',
    async (n: number) => {
      bodies.push(`work ${String(n)}`);
      if (transactional) await effect(`work ${String(n)}`);
      return gate.enter();
    },
    { transactional },
  );
  lab.app.workflow('order', async () => {
    await work(1);
    await work(2);
    return 'done';
  });
}

async function startWaiting(engine: Engine): Promise<string> {
  const id = await lab.start(engine, 'order');
  await until('the body runs', () => gate.entered === 1);
  return id;
}

describe('a lease', () => {
  it('is renewed for as long as a body runs', async () => {
    define();
    const owner = await lab.engine();
    const other = await lab.anotherEngine();
    const id = await startWaiting(owner);
    const token = lab.row(id).lockedBy;
    await lab.clock.advance('10m');
    expect(lab.row(id)).toMatchObject({ lockedBy: token, status: 'running' });
    expect(lab.row(id).lockExpiresAt).toBeGreaterThan(lab.clock.now());
    expect(bodies).toEqual(['work 1']);
    gate.open(1);
    await until('the second body runs', () => gate.entered === 2);
    gate.open(2);
    expect(await lab.result(other, id)).toBe('done');
  });

  it('that was granted too late to say anything is asked for again before a body begins', async () => {
    define();
    lab.app.workflow('late_order', async (ctx) => {
      await ctx.sleep('1m');
      return ctx.step('work', async () => {
        bodies.push('work');
        return gate.enter();
      });
    });
    const slow = await lab.engine();
    const granted = new Hold(
      lab.storage,
      ({ operation, side }) => operation === 'leases.claimThese' && side === 'after',
    );
    const id = await lab.start(slow, 'late_order');
    await lab.clock.advance('61s');
    await until('it is claimed', () => granted.reached);
    const other = await lab.anotherEngine();
    await lab.clock.advance('5m');
    await until('the other one has taken over', () => gate.entered === 1);
    granted.release();
    await lab.quiet();
    expect(bodies).toEqual(['work']);
    gate.open('done');
    expect(await lab.result(other, id)).toBe('done');
    expect(bodies).toEqual(['work']);
  });

  it('names the process, and each acquisition anew', async () => {
    lab.app.workflow('nap', async (ctx) => {
      await ctx.sleep('1m');
      return look();
    });
    const look = lab.app.activity('look', () => lab.row(attempt().instanceId).lockedBy);
    const engine = await lab.engine({ workerId: 'pod-7' });
    const hold = new Hold(
      lab.storage,
      ({ side, entries }) => side === 'before' && entries.some((e) => e.addTimers.length > 0),
    );
    const id = await lab.start(engine, 'nap');
    await until('it is about to park', () => hold.reached);
    const first = lab.row(id).lockedBy;
    hold.release();
    const second = await lab.result(engine, id);
    expect(first).toMatch(/^pod-7@.*#\d+$/);
    expect(second).toMatch(/^pod-7@.*#\d+$/);
    expect(second).not.toBe(first);
  });

  it('of a dead process is taken over when it has expired, not before', async () => {
    define();
    const first = lab.storage.connect();
    const owner = await lab.engine({ storage: first });
    const id = await startWaiting(owner);
    await lab.anotherEngine();
    first.faults.crash();
    await lab.clock.advance('9s');
    expect(bodies).toEqual(['work 1']);
    await lab.clock.advance('10s');
    expect(bodies).toEqual(['work 1', 'work 1']);
    expect(lab.row(id).lockedBy).not.toBeNull();
  });

  it('is given back where the instance waits or ends', async () => {
    lab.app.workflow('nap', (ctx) => ctx.sleep('1m'));
    const engine = await lab.engine();
    const id = await lab.start(engine, 'nap');
    await lab.clock.runUntilIdle();
    expect(lab.row(id)).toMatchObject({ lockedBy: null, lockExpiresAt: null });
    await lab.result(engine, id);
    expect(lab.row(id)).toMatchObject({ lockedBy: null, lockExpiresAt: null });
  });
});

describe('a lost lease', () => {
  it('is noticed at the next renewal: the signal fires, and nothing more is recorded', async () => {
    define();
    const owner = await lab.engine({ resumeInterval: '1d' });
    const id = await startWaiting(owner);
    lab.storage.stealLease(id, 'another-worker', 60_000);
    await lab.clock.advance('6s');
    expect(gate.signals[0]?.aborted).toBe(true);
    expect(gate.signals[0]?.reason).toMatchObject({ code: 'ROMANCY_LEASE_LOST', instanceId: id });
    gate.open('late');
    await owner.whenIdle();
    expect(lab.steps(id)).toEqual([]);
    expect(lab.row(id)).toMatchObject({ lockedBy: 'another-worker', status: 'running' });
    expect(lab.logged(/no longer holds the lease/)).toMatchObject([
      { level: 'warn', fields: { code: 'ROMANCY_LEASE_LOST' } },
    ]);
  });

  it.each([false, true])('is noticed at the next commit (transactional: %p)', async (transactional) => {
    define(transactional);
    const owner = await lab.engine({ resumeInterval: '1d' });
    const id = await startWaiting(owner);
    lab.storage.stealLease(id, 'another-worker', 60_000);
    gate.open('too late');
    await owner.whenIdle();
    expect(lab.steps(id)).toEqual([]);
    expect(lab.storage.effects).toEqual([]);
    expect(bodies).toEqual(['work 1']);
    expect(lab.row(id)).toMatchObject({ lockedBy: 'another-worker' });
  });

  it('rolls back transactions that are open', async () => {
    define(true);
    const owner = await lab.engine({ resumeInterval: '1d' });
    const id = await startWaiting(owner);
    lab.storage.stealLease(id, 'another-worker', 60_000);
    await lab.clock.advance('6s');
    gate.open('too late');
    await lab.quiet();
    expect(lab.storage.effects).toEqual([]);
  });

  it('frees the slots of its instance and of its body', async () => {
    define();
    const owner = await lab.engine({ maxConcurrentInstances: 1, maxConcurrentActivities: 1, resumeInterval: '1d' });
    const id = await startWaiting(owner);
    lab.storage.stealLease(id, 'another-worker', 600_000);
    await lab.clock.advance('6s');
    gate.open('late');
    lab.app.workflow('quick', () => 'quick');
    const quick = await lab.start(owner, 'order');
    await until('the next instance runs', () => gate.entered === 2);
    gate.open(1);
    await until('its second body runs', () => gate.entered === 3);
    gate.open(2);
    expect(await lab.result(owner, quick)).toBe('done');
  });

  it('does not let a late body of the former turn pass for one of the next turn in the same process', async () => {
    define();
    const owner = await lab.engine();
    const id = await startWaiting(owner);
    const first = lab.row(id).lockedBy;
    // Lost, and taken again by the same process at once.
    lab.storage.stealLease(id);
    await lab.clock.advance('6s');
    await until('the body runs again', () => gate.entered === 2);
    expect(lab.row(id).lockedBy).not.toBe(first);
    gate.open('from the first turn');
    await lab.quiet();
    expect(lab.steps(id)).toEqual([]);
    gate.open('from the second turn');
    await until('the second step runs', () => gate.entered === 3);
    expect(lab.data(id, 'work:1')['result']).toBe('from the second turn');
    gate.open(2);
    expect(await lab.result(owner, id)).toBe('done');
    expect(bodies).toEqual(['work 1', 'work 1', 'work 2']);
  });

  it('of a late transaction does not pass either', async () => {
    define(true);
    const owner = await lab.engine();
    const id = await startWaiting(owner);
    lab.storage.stealLease(id);
    await lab.clock.advance('6s');
    await until('the body runs again', () => gate.entered === 2);
    gate.open('from the first turn');
    await lab.quiet();
    expect(lab.storage.effects).toEqual([]);
    gate.open('from the second turn');
    await until('the second step runs', () => gate.entered === 3);
    gate.open(2);
    await lab.result(owner, id);
    expect(lab.storage.effects).toEqual(['work 1', 'work 2']);
  });

  it('that is lost in the moment of parking ends in a look of its own', async () => {
    lab.app.workflow('nap', async (ctx) => {
      await ctx.sleep('1h');
      return 'rested';
    });
    const owner = await lab.engine();
    const hold = new Hold(
      lab.storage,
      ({ side, entries }) => side === 'before' && entries.some((e) => e.addTimers.length > 0),
    );
    const id = await lab.start(owner, 'nap');
    await until('it is about to park', () => hold.reached);
    lab.storage.stealLease(id);
    hold.release();
    expect(await lab.result(owner, id)).toBe('rested');
  });
});

describe('a process whose event loop was blocked for longer than its lease', () => {
  it('goes on at once, by taking its own instance over', async () => {
    define();
    const owner = await lab.engine();
    const id = await startWaiting(owner);
    // The database's clock has run on; the process has not renewed anything.
    lab.storage.database.shiftClock(60_000);
    await lab.clock.advance('3s');
    await until('the body runs again', () => gate.entered === 2);
    expect(gate.signals.map((signal) => signal.aborted)).toEqual([true, false]);
    gate.open('late');
    await lab.quiet();
    expect(lab.steps(id)).toEqual([]);
    gate.open(1);
    await until('the second step runs', () => gate.entered === 3);
    gate.open(2);
    expect(await lab.result(owner, id)).toBe('done');
    expect(lab.logged(/no longer holds/)).toHaveLength(1);
  });
});

describe('two engines on one database', () => {
  it('never run an instance twice, and share the work', async () => {
    const runs = new Map<string, Set<string>>();
    const starts = new Map<string, number>();
    const owners: string[] = [];
    const note = lab.app.activity(
      'note',
      async (step: string) => {
        const { instanceId } = attempt();
        const open = runs.get(instanceId) ?? new Set<string>();
        // Two turns of one instance at once would meet here.
        expect(open.size).toBe(0);
        runs.set(instanceId, open.add(step));
        starts.set(`${instanceId} ${step}`, (starts.get(`${instanceId} ${step}`) ?? 0) + 1);
        owners.push(lab.row(instanceId).lockedBy?.split('@')[0] ?? '');
        await new Promise((resolve) => setImmediate(resolve));
        open.delete(step);
      },
      { transactional: false },
    );
    lab.app.workflow('order', async (ctx) => {
      await note('one');
      await ctx.sleep('1m');
      await note('two');
      await ctx.sleep('1m');
      await note('three');
      return ctx.instanceId;
    });
    const engines = await Promise.all(['left', 'right'].map((workerId) => lab.anotherEngine({ workerId })));
    const starter = await lab.engine({ worker: false });
    const ids = Array.from({ length: 60 }, (_, index) => `i${String(index)}`);
    await Promise.all(
      ids.map((id, index) => lab.start([...engines, starter][index % 3] ?? starter, 'order', undefined, id)),
    );
    const results = lab.clock.runUntil(Promise.all(ids.map((id) => starter.result(id))));
    expect(await results).toEqual(ids);
    expect(new Set(starts.values())).toEqual(new Set([1]));
    expect(starts.size).toBe(180);
    // Each runs at least the beginning of what was started in it; who comes first to the rest is open.
    expect(owners.filter((owner) => owner === 'left').length).toBeGreaterThanOrEqual(20);
    expect(owners.filter((owner) => owner === 'right').length).toBeGreaterThanOrEqual(20);
  });

  it('take only what they know: instances of other workflows and frameworks are left alone', async () => {
    define();
    const stranger = new Lab();
    stranger.app.workflow('other', () => 'other');
    const engine = await lab.engine();
    const foreign = { workflowName: 'order', framework: 'go', status: 'running' } as const;
    lab.storage.insertForeign({ ...foreign, instanceId: 'go' });
    lab.storage.insertForeign({
      instanceId: 'unknown',
      workflowName: 'nobody',
      framework: 'typescript',
      status: 'running',
    });
    const other = await lab.anotherEngine({ app: stranger.app });
    const id = await startWaiting(engine);
    await lab.clock.advance('5m');
    expect([lab.row('go'), lab.row('unknown')]).toMatchObject([{ lockedBy: null }, { lockedBy: null }]);
    gate.open(1);
    await until('the second step runs', () => gate.entered === 2);
    gate.open(2);
    expect(await lab.result(other, id)).toBe('done');
  });
});
