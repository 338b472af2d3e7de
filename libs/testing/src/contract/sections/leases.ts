import { expect, it } from '@jest/globals';
import { LEASE, NOON, step, type Held, type Scene } from '../scene.js';

const ELEVEN_MINUTES = 11 * 60_000;

export function takeovers(scene: Scene): void {
  const expire = (): Promise<void> => scene.subject.elapse(LEASE + 5000);
  const takeOver = async (held: Held): Promise<Held> => {
    const scope = scene.scope(held.definition);
    const [claimed] = await scene.claimRunnable(scope, 1);
    expect(claimed).toMatchObject({ takeover: true, row: { instanceId: held.instanceId } });
    return { ...held, token: scope.token };
  };

  it('happen when a lease has expired, not before', async () => {
    const held = await scene.held();
    await scene.subject.elapse(LEASE - 5000);
    expect(await scene.claim(scene.scope(held.definition))).toEqual([]);
    await scene.subject.elapse(10_000);
    const scope = scene.scope(held.definition);
    const claimed = await scene.claimRunnable(scope, 10);
    expect(claimed).toMatchObject([{ takeover: true, row: { status: 'running', lockedBy: scope.token } }]);
  });

  it('take what waits with an expired lease, too', async () => {
    const held = await scene.held();
    await scene.record(held, { status: 'waiting_for_message' });
    await expire();
    await takeOver(held);
    expect(await scene.row(held)).toMatchObject({ status: 'running' });
  });

  it('are counted', async () => {
    const held = await scene.held();
    for (const count of [1, 2, 3]) {
      await scene.subject.elapse(ELEVEN_MINUTES);
      await takeOver(held);
      expect((await scene.storage.runState.load(held.instanceId)).takeovers).toBe(count);
    }
  });

  it('can be looked at, and forgotten so that nobody has to rest', async () => {
    const held = await scene.held();
    expect(await scene.storage.runState.takeovers(held.instanceId)).toBeUndefined();
    expect(await scene.storage.runState.clearTakeovers(held.instanceId)).toBe(false);
    for (let round = 0; round < 10; round++) {
      await scene.subject.elapse(ELEVEN_MINUTES);
      await takeOver(held);
    }
    await expire();
    const row = await scene.storage.runState.takeovers(held.instanceId);
    expect(row).toMatchObject({ takeovers: 10 });
    expect(row?.restsUntil).toBeGreaterThan((await scene.storage.databaseNow()) + 300_000);
    expect(await scene.storage.runState.clearTakeovers(held.instanceId)).toBe(true);
    await takeOver(held);
    expect(await scene.storage.runState.takeovers(scene.unique('nobody'))).toBeUndefined();
  });

  it('happen the first time without delay', async () => {
    const held = await scene.held();
    await expire();
    await takeOver(held);
  });

  it('wait longer when they repeat, ten minutes at most, and are never given up', async () => {
    const held = await scene.held();
    for (let round = 0; round < 10; round++) {
      await scene.subject.elapse(ELEVEN_MINUTES);
      await takeOver(held);
    }
    await expire();
    expect(await scene.claim(scene.scope(held.definition))).toEqual([]);
    await scene.subject.elapse(ELEVEN_MINUTES);
    await takeOver(held);
  });

  it('are forgotten when the instance has made progress', async () => {
    const held = await scene.held();
    let holder = held;
    for (let round = 0; round < 10; round++) {
      await scene.subject.elapse(ELEVEN_MINUTES);
      holder = await takeOver(held);
    }
    await scene.record(holder, { history: [step('a:1')], clearTakeovers: true });
    expect((await scene.storage.runState.load(held.instanceId)).takeovers).toBe(0);
    await expire();
    await takeOver(held);
  });

  it('do not hinder an ordinary claim of what was given back', async () => {
    const held = await scene.held();
    await expire();
    const holder = await takeOver(held);
    await scene.storage.leases.release([holder]);
    expect(await scene.claim(scene.scope(held.definition))).toEqual([held.instanceId]);
  });

  it('of several processes at once are given to one', async () => {
    const definition = await scene.definition();
    const helds = await Promise.all(Array.from({ length: 10 }, () => scene.held(definition)));
    await expire();
    await scene.withSecondProcess(async (second) => {
      const claimers = [scene.storage, second, scene.storage, second];
      const answers = await Promise.all(
        claimers.map((storage) => scene.claimRunnable(scene.scope(definition), 10, storage)),
      );
      const taken = answers.flat().map(({ row }) => row.instanceId);
      expect(new Set(taken).size).toBe(taken.length);
      const rest = await scene.claim(scene.scope(definition));
      expect([...taken, ...rest].sort()).toEqual(helds.map((held) => held.instanceId).sort());
    });
    for (const held of helds) expect((await scene.storage.runState.load(held.instanceId)).takeovers).toBe(1);
  });
}

export function renewals(scene: Scene): void {
  it('a renewal extends every lease that is ours', async () => {
    const [a, b] = [await scene.held(), await scene.held()];
    const before = await scene.storage.databaseNow();
    expect(await scene.storage.leases.renew([a, b], 120_000)).toEqual({ lost: [], cancelRequested: [] });
    for (const held of [a, b]) {
      const row = await scene.row(held);
      expect(row.lockExpiresAt).toBeGreaterThanOrEqual(before + 119_000);
      expect(row.lockedBy).toBe(held.token);
    }
    await scene.subject.elapse(60_000);
    expect(await scene.claim(scene.scope(a.definition))).toEqual([]);
  });

  it('a renewal names what is no longer ours: taken, released, ended or unknown', async () => {
    const [mine, taken, released] = [await scene.held(), await scene.held(), await scene.held()];
    const ended = await scene.ended();
    const unknown = { instanceId: scene.unique('nobody'), token: 't' };
    await scene.storage.leases.release([released]);
    const holds = [unknown, released, ended, { ...taken, token: 'stranger' }, mine];
    const report = await scene.storage.leases.renew(holds, LEASE);
    expect([...report.lost].sort()).toEqual([unknown, released, ended, taken].map((hold) => hold.instanceId).sort());
    expect(await scene.row(taken)).toMatchObject({ lockedBy: taken.token });
    expect(await scene.row(released)).toMatchObject({ lockedBy: null, lockExpiresAt: null });
  });

  it('a renewal tells of cancel requests with their reasons, and renews all the same', async () => {
    const [plain, asked, silent] = [await scene.held(), await scene.held(), await scene.held()];
    await scene.storage.instances.requestCancel(asked.instanceId, "it's enough", NOON);
    await scene.storage.instances.requestCancel(silent.instanceId, null, NOON);
    const report = await scene.storage.leases.renew([plain, asked, silent], 120_000);
    expect(report.lost).toEqual([]);
    expect([...report.cancelRequested].sort((x, y) => (x.reason === null ? 1 : y.reason === null ? -1 : 0))).toEqual([
      { instanceId: asked.instanceId, reason: "it's enough" },
      { instanceId: silent.instanceId, reason: null },
    ]);
    const { lockExpiresAt } = await scene.row(asked);
    expect(lockExpiresAt).toBeGreaterThan((await scene.storage.databaseNow()) + 100_000);
  });

  it('a renewal saves a lease that has expired but was not taken', async () => {
    const held = await scene.held();
    await scene.subject.elapse(LEASE + 5000);
    expect(await scene.storage.leases.renew([held], LEASE)).toEqual({ lost: [], cancelRequested: [] });
    expect(await scene.claim(scene.scope(held.definition))).toEqual([]);
  });

  it('a renewal of nothing is no error, one of hundreds is no trouble', async () => {
    expect(await scene.storage.leases.renew([], LEASE)).toEqual({ lost: [], cancelRequested: [] });
    const definition = await scene.definition();
    const token = scene.unique('bulk');
    const starts = Array.from({ length: 700 }, () =>
      scene.newInstance(definition, { lock: { token, leaseMs: LEASE } }),
    );
    await scene.write(...starts.map((create) => scene.startEntry(create)));
    const holds = starts.map(({ instanceId }) => ({ instanceId, token }));
    expect(await scene.storage.leases.renew(holds, LEASE)).toEqual({ lost: [], cancelRequested: [] });
    await scene.storage.leases.release(holds);
    expect(await scene.claim(scene.scope(definition), 1000)).toHaveLength(700);
  });

  it('a release gives back what is ours; the status stays', async () => {
    const held = await scene.held();
    await scene.record(held, { status: 'compensating' });
    await scene.storage.leases.release([held]);
    expect(await scene.row(held)).toMatchObject({ status: 'compensating', lockedBy: null, lockExpiresAt: null });
  });

  it("a release leaves others' leases alone", async () => {
    const held = await scene.held();
    await scene.storage.leases.release([
      { ...held, token: 'stranger' },
      { instanceId: scene.unique('nobody'), token: 't' },
    ]);
    expect(await scene.row(held)).toMatchObject({ lockedBy: held.token });
    await scene.storage.leases.release([]);
  });
}
