import { expect, it } from '@jest/globals';
import type { CommitEntry, EntryVerdict, NewInstance } from '@romancy/core';
import { ChannelScene } from '../channel-scene.js';
import { entryOf, LEASE, NOON, step, type Held, type Scene } from '../scene.js';

export function generations(scene: Scene): void {
  const channels = new ChannelScene(scene);
  const undo = (activityId: string) => ({ activityId, activityName: `undo ${activityId}`, args: '[]' });
  const load = (held: Pick<Held, 'instanceId'>) => scene.storage.runState.load(held.instanceId);

  function nextOf(held: Held, parts: Partial<NewInstance> = {}): NewInstance {
    const lock = { token: scene.unique('next'), leaseMs: LEASE };
    const continues = { continuedFrom: held.instanceId, chain: held.instanceId };
    return scene.newInstance(held.definition, { ...continues, startedAt: NOON + 1, lock, ...parts });
  }

  function recur(held: Held, next: NewInstance, parts: Partial<CommitEntry> = {}): Promise<EntryVerdict | undefined> {
    return scene.record(held, { recur: next, status: 'recurred', release: true, cleanUp: true, ...parts });
  }

  const heldOf = (held: Held, next: NewInstance): Held => ({
    ...held,
    instanceId: next.instanceId,
    token: next.lock?.token ?? '',
  });

  it('the next begins locked, running, with its own input, and is the newest of the chain', async () => {
    const held = await scene.held();
    const next = nextOf(held, { input: '{"round":2}', startedBy: 'an event' });
    expect(await recur(held, next, { output: '{"round":1}' })).toEqual({ kind: 'done' });
    const row = await scene.row(next);
    expect(row).toMatchObject({
      status: 'running',
      input: '{"round":2}',
      continuedFrom: held.instanceId,
      chain: held.instanceId,
      startedBy: 'an event',
      startedAt: NOON + 1,
      lockedBy: next.lock?.token,
    });
    expect(row.lockExpiresAt).toBeGreaterThan(await scene.storage.databaseNow());
    expect(await scene.row(held)).toMatchObject({ status: 'recurred', output: '{"round":1}', lockedBy: null });
    expect((await scene.storage.instances.latest(held.instanceId))?.instanceId).toBe(next.instanceId);
    expect(await scene.record(heldOf(held, next), { history: [step('a:1')] })).toEqual({ kind: 'done' });
  });

  it('the next may begin unlocked, for the next scan', async () => {
    const held = await scene.held();
    const next = nextOf(held, { lock: null });
    await recur(held, next);
    expect(await scene.row(next)).toMatchObject({ status: 'running', lockedBy: null });
    expect(await scene.claim(scene.scope(held.definition))).toEqual([next.instanceId]);
  });

  it('the history is archived with its times, that of the same entry too; the next begins without', async () => {
    const held = await scene.held();
    const first = step('a:1', { data: '{"text":"ü 🚀"}', time: NOON + 3, eventType: 'TimerExpired' });
    await scene.record(held, { history: [first] });
    const next = nextOf(held);
    await recur(held, next, { history: [step('b:1', { time: NOON + 4 })] });
    expect(await scene.history(held)).toEqual([]);
    expect(await scene.history(next)).toEqual([]);
    expect(await scene.subject.archivedHistory(held.instanceId)).toMatchObject([
      { activityId: 'a:1', eventType: 'TimerExpired', data: '{"text":"ü 🚀"}', time: NOON + 3 },
      { activityId: 'b:1', eventType: 'ActivityCompleted', time: NOON + 4 },
    ]);
    await scene.record(heldOf(held, next), { history: [step('a:1'), step('b:1')] });
    expect(await scene.recordedSteps(next)).toEqual(['a:1', 'b:1']);
  });

  it('compensations go with the chain and keep their order', async () => {
    const held = await scene.held();
    const neighbour = await scene.held();
    await scene.record(held, { compensations: [undo('a:1')] });
    await scene.record(neighbour, { compensations: [undo('z:1')] });
    const next = nextOf(held);
    await recur(held, next, { compensations: [undo('b:1')] });
    await scene.record(heldOf(held, next), { compensations: [undo('a:1'), undo('c:1')] });
    const rows = await scene.storage.runState.compensations(next.instanceId);
    expect(rows.map((row) => row.activityId)).toEqual(['c:1', 'a:1', 'b:1', 'a:1']);
    expect(await scene.storage.runState.compensations(held.instanceId)).toEqual([]);
    expect((await load(next)).hasCompensations).toBe(true);
    expect((await load(held)).hasCompensations).toBe(false);
    expect(await scene.storage.runState.compensations(neighbour.instanceId)).toHaveLength(1);
  });

  it('memberships go with the chain and keep their place', async () => {
    const [group, joinedLast] = [scene.unique('group'), scene.unique('group')];
    const [held, other] = [await scene.held(), await scene.held()];
    await scene.record(held, { joinGroups: [group] });
    await scene.record(other, { joinGroups: [group] });
    const next = nextOf(held);
    await recur(held, next, { joinGroups: [joinedLast] });
    expect(await scene.storage.messages.members(group)).toEqual([next.instanceId, other.instanceId]);
    expect(await scene.storage.messages.members(joinedLast)).toEqual([next.instanceId]);
  });

  it('the next begins with the subscriptions that it is given; nothing else is left or moved', async () => {
    const [kept, gone] = [channels.channel(), channels.channel()];
    const held = await scene.held();
    await scene.record(held, {
      addSubscriptions: [channels.subscription(kept), channels.subscription(gone)],
      addWaits: [channels.wait(gone)],
      addTimers: [{ timerId: 'sleep:1', activityId: 'sleep:1', expiresAt: NOON }],
      putAttempts: [{ stepId: 'b:1', attempt: 1, nextAt: NOON, firstStartedAt: NOON, errors: '[]' }],
    });
    const next = nextOf(held);
    const subscription = channels.subscription(kept, {
      mode: 'competing',
      cursor: 12,
      since: NOON,
      seen: [14],
      keys: { 'a b': 15 },
    });
    await recur(held, next, { recurSubscriptions: [subscription] });
    const empty = { timers: [], attempts: [], waits: [], block: undefined, takeovers: 0, hasCompensations: false };
    expect(await load(held)).toEqual({ ...empty, subscriptions: [] });
    expect(await load(next)).toEqual({ ...empty, subscriptions: [subscription] });
  });

  it('what the entry publishes is published', async () => {
    const held = await scene.held();
    const message = channels.message(channels.channel());
    await recur(held, nextOf(held), { messages: [message] });
    expect(await channels.pending(message.channel)).toEqual([message.messageId]);
  });

  it('of a refused entry nothing is written', async () => {
    const [group, channel] = [scene.unique('group'), channels.channel()];
    const held = await scene.held();
    await scene.record(held, { history: [step('a:1')], compensations: [undo('a:1')], joinGroups: [group] });
    const next = nextOf(held);
    const parts = { recurSubscriptions: [channels.subscription(channel)], messages: [channels.message(channel)] };
    const verdict = await recur({ ...held, token: 'stranger' }, next, parts);
    expect(verdict).toMatchObject({ kind: 'refused', reason: 'lost' });
    await expectUntouched(held, next, group);
    expect(await channels.pending(channel)).toEqual([]);
  });

  it.each(['unique', 'definition'] as const)('a conflict (%s) leaves nothing', async (conflict) => {
    const group = scene.unique('group');
    const held = await scene.held();
    await scene.record(held, { history: [step('a:1')], compensations: [undo('a:1')], joinGroups: [group] });
    const existing = await scene.held(undefined, { input: '"mine"' });
    const next = nextOf(
      held,
      conflict === 'unique' ? { instanceId: existing.instanceId } : { sourceHash: scene.unique('unknown') },
    );
    await expect(recur(held, next)).rejects.toMatchObject({ code: 'ROMANCY_ENTRY_CONFLICT', conflict });
    await expectUntouched(held, conflict === 'unique' ? undefined : next, group);
    expect(await scene.row(existing)).toMatchObject({ input: '"mine"', lockedBy: existing.token });
    expect((await load(existing)).hasCompensations).toBe(false);
  });

  async function expectUntouched(held: Held, next: NewInstance | undefined, group: string): Promise<void> {
    expect(await scene.row(held)).toMatchObject({ status: 'running', lockedBy: held.token });
    expect(await scene.recordedSteps(held)).toEqual(['a:1']);
    expect(await scene.subject.archivedHistory(held.instanceId)).toEqual([]);
    expect((await load(held)).hasCompensations).toBe(true);
    expect(await scene.storage.messages.members(group)).toEqual([held.instanceId]);
    if (next !== undefined) expect(await scene.storage.instances.get(next.instanceId)).toBeUndefined();
  }

  it('several chains recur in one group, each for itself', async () => {
    const group = scene.unique('group');
    const helds = [await scene.held(), await scene.held(), await scene.held()];
    const nexts = helds.map((held) => nextOf(held));
    for (const [index, held] of helds.entries()) {
      await scene.record(held, { history: [step(`step:${index}`)], joinGroups: [group] });
    }
    const verdicts = await scene.write(
      ...helds.map((held, index) => {
        const token = index === 1 ? scene.unique('stranger') : held.token;
        const recurred = { status: 'recurred', release: true, cleanUp: true } as const;
        return entryOf({ ...held, token }, { ...recurred, recur: nexts[index] ?? null });
      }),
    );
    expect(verdicts.map((verdict) => verdict.kind)).toEqual(['done', 'refused', 'done']);
    expect(await scene.storage.messages.members(group)).toEqual([
      nexts[0]?.instanceId,
      helds[1]?.instanceId,
      nexts[2]?.instanceId,
    ]);
    for (const index of [0, 2]) {
      const archived = await scene.subject.archivedHistory(helds[index]?.instanceId ?? '');
      expect(archived.map((row) => row.activityId)).toEqual([`step:${index}`]);
    }
  });
}
