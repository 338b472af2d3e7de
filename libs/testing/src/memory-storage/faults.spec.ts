import { CommitUnknownError, StorageUnavailableError } from '@romancy/core';
import { MemoryStorage } from '@romancy/testing';
import { entryOf, NOON, Scene, step } from '../contract/scene.js';
import { openMemory } from '../../test/memory-subject.js';

/** Answers after everything that can happen without outside help has happened. */
async function isPending(promise: Promise<unknown>): Promise<boolean> {
  let pending = true;
  const settle = (): void => {
    pending = false;
  };
  promise.then(settle, settle);
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  return pending;
}

async function openScene(options = {}): Promise<{ scene: Scene; storage: MemoryStorage }> {
  const scene = new Scene();
  await scene.open(openMemory(options));
  const { storage } = scene;
  if (!(storage instanceof MemoryStorage)) throw new TypeError('not a MemoryStorage');
  return { scene, storage };
}

describe('faults of MemoryStorage', () => {
  it('name every call that reaches the database, before and after', async () => {
    const { scene, storage } = await openScene();
    const held = await scene.held();
    const points = storage.faults.record();
    await scene.record(held, { history: [step('a:1')] });
    await storage.instances.get(held.instanceId);
    await scene.record(held, { history: [step('b:1')] });
    expect(points.map(({ label, write }) => [label, write])).toEqual([
      ['commits.write#2 before', true],
      ['commits.write#2 after', true],
      ['instances.get#1 before', false],
      ['instances.get#1 after', false],
      ['commits.write#3 before', true],
      ['commits.write#3 after', true],
    ]);
    expect(points[0]?.entries).toMatchObject([{ instanceId: held.instanceId, history: [{ activityId: 'a:1' }] }]);
  });

  it('a crash before a write leaves nothing of it; nothing of the dead process ever settles', async () => {
    const { scene, storage } = await openScene();
    const held = await scene.held();
    const survivor = storage.connect();
    storage.faults.crashAt('commits.write#2 before');
    const write = scene.record(held, { history: [step('a:1')] });
    expect(await isPending(write)).toBe(true);
    expect(storage.faults.crashed).toBe(true);
    const calls = [
      storage.instances.get(held.instanceId),
      storage.commits.acquire(),
      scene.claimRunnable(scene.scope(held.definition), 1),
      storage.transactions.create('late').effect('late'),
      storage.databaseNow(),
      storage.close(),
    ];
    expect(await isPending(Promise.race(calls))).toBe(true);
    expect(await survivor.history.read(held.instanceId, 0, 10)).toEqual([]);
    expect(storage.effects).toEqual([]);
  });

  it('a crash after a write leaves it written, but unanswered', async () => {
    const { scene, storage } = await openScene();
    const held = await scene.held();
    storage.faults.crashAt('commits.write#2 after');
    expect(await isPending(scene.record(held, { history: [step('a:1')] }))).toBe(true);
    expect(await storage.connect().history.read(held.instanceId, 0, 10)).toHaveLength(1);
  });

  it('a crash rolls back the open transactions of the process and frees the only writer', async () => {
    const { scene, storage } = await openScene({ singleWriter: true });
    const held = await scene.held();
    const transaction = storage.transactions.create('activity');
    await transaction.effect('lost');
    const survivor = storage.connect();
    const waiting = survivor.transactions.create('other').effect('kept');
    expect(await isPending(waiting)).toBe(true);
    storage.faults.crash();
    await waiting;
    expect(await isPending(transaction.commit([entryOf(held, {})]))).toBe(true);
    expect(storage.effects).toEqual([]);
  });

  it('a process that dies while it waits for the writer never gets it', async () => {
    const { storage } = await openScene({ singleWriter: true });
    const holder = storage.transactions.create('holder');
    await holder.effect('a');
    const dying = storage.connect();
    void dying.transactions.create('dying').effect('b');
    await isPending(Promise.resolve());
    dying.faults.crash();
    await holder.rollback();
    await storage.transactions.create('next').effect('c');
  });

  it('an unknown commit was written or not, according to the side', async () => {
    const { scene, storage } = await openScene();
    const held = await scene.held();
    for (const [side, rows] of [
      ['before', 0],
      ['after', 1],
    ] as const) {
      storage.faults.intercept((point) => (point.write && point.side === side ? 'unknown' : undefined));
      await expect(scene.record(held, { history: [step(`${side}:1`)] })).rejects.toThrow(CommitUnknownError);
      storage.faults.intercept(undefined);
      expect((await scene.recordedSteps(held)).filter((id) => id === `${side}:1`)).toHaveLength(rows);
    }
  });

  it('an unknown commit may land late; until then others wait for its rows and scans skip them', async () => {
    const { scene, storage } = await openScene();
    const held = await scene.held();
    const survivor = storage.connect();
    let land = (): void => undefined;
    const landsLate = new Promise<void>((resolve) => (land = resolve));
    storage.faults.intercept((point) => (point.label === 'commits.write#2 before' ? { landsLate } : undefined));
    const parts = { history: [step('a:1')], status: 'waiting_for_timer', release: true } as const;
    await expect(scene.record(held, parts)).rejects.toThrow(CommitUnknownError);
    await scene.subject.elapse(60_000);
    const claim = survivor.leases.claimThese([held.instanceId], scene.scope(held.definition));
    expect(await scene.claimRunnable(scene.scope(held.definition), 10, survivor)).toEqual([]);
    expect(await survivor.history.read(held.instanceId, 0, 10)).toEqual([]);
    expect(await isPending(claim)).toBe(true);
    land();
    expect(await claim).toMatchObject([{ takeover: false, row: { status: 'running' } }]);
    expect(await scene.recordedSteps(held)).toEqual(['a:1']);
  });

  it('a commit that lands late waits itself for those under way on its rows, and so does whoever comes next', async () => {
    const { scene, storage } = await openScene();
    const held = await scene.held();
    let land = (): void => undefined;
    const first = new Promise<void>((resolve) => (land = resolve));
    const landings = new Map([
      ['commits.write#2 before', first],
      ['commits.write#3 before', Promise.resolve()],
    ]);
    storage.faults.intercept(({ label }) => {
      const landsLate = landings.get(label);
      return landsLate && { landsLate };
    });
    for (const id of ['a:1', 'b:1']) {
      await expect(scene.record(held, { history: [step(id)] })).rejects.toThrow(CommitUnknownError);
    }
    const next = scene.record(held, { history: [step('c:1')] });
    expect(await isPending(next)).toBe(true);
    expect(await scene.recordedSteps(held)).toEqual([]);
    land();
    await next;
    expect(await scene.recordedSteps(held)).toEqual(['a:1', 'b:1', 'c:1']);
  });

  it('a call can be refused, delayed, or done and then refused', async () => {
    const { scene, storage } = await openScene();
    const held = await scene.held();
    const down = new StorageUnavailableError('down');
    storage.faults.intercept((point) => (point.write && point.side === 'before' ? { fail: down } : undefined));
    await expect(scene.record(held, { history: [step('a:1')] })).rejects.toBe(down);
    await expect(storage.leases.renew([held], 1)).rejects.toBe(down);
    await expect(storage.instances.requestCancel(held.instanceId, null, NOON)).rejects.toBe(down);
    let goOn = (): void => undefined;
    storage.faults.intercept(() => new Promise((resolve) => (goOn = () => resolve(undefined))));
    const slow = storage.instances.get(held.instanceId);
    expect(await isPending(slow)).toBe(true);
    storage.faults.intercept(undefined);
    goOn();
    expect(await slow).toMatchObject({ instanceId: held.instanceId, cancelRequestedAt: null });
  });

  it('a refused commit of an activity rolls its effects back and frees the writer', async () => {
    const { scene, storage } = await openScene({ singleWriter: true });
    const held = await scene.held();
    const transaction = storage.transactions.create('activity');
    await transaction.effect('a');
    storage.faults.intercept((point) =>
      point.operation === 'transaction.commit' ? { fail: new StorageUnavailableError('down') } : undefined,
    );
    await expect(transaction.commit([entryOf(held, { history: [step('a:1')] })])).rejects.toThrow('down');
    storage.faults.intercept(undefined);
    expect(storage.effects).toEqual([]);
    expect(await scene.record(held, { history: [step('a:1')] })).toEqual({ kind: 'done' });
  });

  it('a stolen lease is somebody else’s', async () => {
    const { scene, storage } = await openScene();
    const held = await scene.held();
    storage.stealLease(held.instanceId, 'thief', 5000);
    expect(await scene.record(held, {})).toMatchObject({ reason: 'lost', row: { lockedBy: 'thief' } });
    expect(await storage.leases.renew([held], 1000)).toMatchObject({ lost: [held.instanceId] });
    expect(() => storage.stealLease('nobody')).toThrow('nobody');
  });

  it('with a single writer an open transaction keeps all others from writing, not from reading', async () => {
    const { scene, storage } = await openScene({ singleWriter: true });
    const held = await scene.held();
    const transaction = storage.transactions.create('long');
    await transaction.effect('a');
    const write = scene.record(held, { history: [step('a:1')] });
    const renewal = storage.leases.renew([held], 1000);
    expect(await isPending(Promise.race([write, renewal]))).toBe(true);
    expect(await storage.instances.get(held.instanceId)).toBeDefined();
    await transaction.rollback();
    expect(await write).toEqual({ kind: 'done' });
    await renewal;
  });

  it('the clock of the database is its own', async () => {
    const database = new MemoryStorage({ clock: { now: () => 1000 }, clockOffset: 250 });
    expect(await database.databaseNow()).toBe(1250);
    database.database.shiftClock(50);
    expect(await database.connect().databaseNow()).toBe(1300);
  });
});
