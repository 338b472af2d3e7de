import { expect, it } from '@jest/globals';
import type { PublishedTo } from '@romancy/core';
import { ChannelScene } from '../channel-scene.js';
import { LEASE, NOON, type Held, type Scene } from '../scene.js';

export function waiters(scene: Scene): void {
  const channels = new ChannelScene(scene);

  /** Ids of our instances that wait for what is published, each once. */
  async function waitersOf(...published: readonly PublishedTo[]): Promise<readonly string[]> {
    const { ours } = await scene.storage.messages.waiters(published);
    return [...new Set(ours.map((waiter) => waiter.instanceId))].sort();
  }

  const idsOf = (...helds: readonly Held[]) => helds.map((held) => held.instanceId).sort();

  it('are told with workflow, channel, key and mode', async () => {
    const [all, keyed] = [channels.channel(), channels.channel()];
    const a = await channels.waiting(all, {}, { mode: 'competing' });
    const b = await channels.waiting(keyed, { key: 'k' });
    const answer = await scene.storage.messages.waiters([
      { channel: all, key: 'any' },
      { channel: keyed, key: 'k' },
    ]);
    expect(answer.siblings).toEqual([]);
    expect([...answer.ours].sort((x, y) => (x.channel === all ? -1 : y.channel === all ? 1 : 0))).toEqual([
      {
        instanceId: a.instanceId,
        workflowName: a.definition.workflowName,
        channel: all,
        key: null,
        mode: 'competing',
      },
      {
        instanceId: b.instanceId,
        workflowName: b.definition.workflowName,
        channel: keyed,
        key: 'k',
        mode: 'broadcast',
      },
    ]);
  });

  it('are those who wait for the key or for any; all when the key is not known', async () => {
    const channel = channels.channel();
    const any = await channels.waiting(channel);
    const k = await channels.waiting(channel, { key: 'k' });
    const other = await channels.waiting(channel, { key: 'other' });
    await channels.waiting(channels.channel());
    expect(await waitersOf({ channel, key: 'k' })).toEqual(idsOf(any, k));
    expect(await waitersOf({ channel, key: '' })).toEqual(idsOf(any));
    expect(await waitersOf({ channel, key: null })).toEqual(idsOf(any, k, other));
    expect(await waitersOf({ channel, key: 'k' }, { channel, key: 'other' })).toEqual(idsOf(any, k, other));
  });

  it('nobody waits where nothing was published, and on channels that nobody reads', async () => {
    expect(await scene.storage.messages.waiters([])).toEqual({ ours: [], siblings: [] });
    expect(await waitersOf({ channel: channels.channel(), key: null })).toEqual([]);
  });

  it('on many channels are told at once', async () => {
    const names = Array.from({ length: 30 }, () => channels.channel());
    const helds = await Promise.all(names.map((name, index) => channels.waiting(name, { key: `${index}` })));
    const published = names.map((channel, index) => ({ channel, key: index % 2 === 0 ? `${index}` : 'other' }));
    expect(await waitersOf(...published)).toEqual(idsOf(...helds.filter((_, index) => index % 2 === 0)));
  });

  it('are not those that somebody holds or that have ended; but those whose lease ran out', async () => {
    const channel = channels.channel();
    const parked = await channels.waiting(channel);
    const [held, ended] = [await scene.held(), await scene.held()];
    const waits = { addSubscriptions: [channels.subscription(channel)] };
    const addWaits = [channels.wait(channel)];
    await scene.record(held, { ...waits, addWaits });
    await scene.record(ended, { ...waits, addWaits, status: 'cancelled', release: true });
    expect(await waitersOf({ channel, key: null })).toEqual(idsOf(parked));
    await scene.subject.elapse(LEASE + 5000);
    expect(await waitersOf({ channel, key: null })).toEqual(idsOf(parked, held));
  });

  it('are gone when the wait is over', async () => {
    const channel = channels.channel();
    const parked = await channels.waiting(channel);
    const scope = scene.scope(parked.definition);
    await scene.storage.leases.claimThese([parked.instanceId], scope);
    await scene.record({ ...parked, token: scope.token }, { removeWaits: ['receive:1'], release: true });
    expect(await waitersOf({ channel, key: null })).toEqual([]);
  });

  it('of a competing channel are told at least in part', async () => {
    const channel = channels.channel();
    const parked = await Promise.all(
      Array.from({ length: 20 }, () => channels.waiting(channel, {}, { mode: 'competing' })),
    );
    const told = await waitersOf({ channel, key: '' });
    expect(told.length).toBeGreaterThan(0);
    expect(idsOf(...parked)).toEqual(expect.arrayContaining([...told]));
  });

  it('of another framework are not ours: nothing is pushed to one that is not there', async () => {
    const channel = channels.channel();
    const waiter = { instanceId: scene.unique('nobody'), framework: 'python', channel, mode: 'broadcast' } as const;
    await channels.publish(channel);
    expect(await scene.storage.messages.push(waiter)).toBe(false);
  });
}

/** The safety net under wake-ups that were lost. */
export function stranded(scene: Scene): void {
  const channels = new ChannelScene(scene);
  const strandedOf = async (held: Held, limit = 100): Promise<readonly string[]> =>
    scene.storage.messages.stranded([held.definition.workflowName], limit);

  it('are those who wait for a message that is there', async () => {
    const channel = channels.channel();
    const parked = await channels.waiting(channel);
    expect(await strandedOf(parked)).toEqual([]);
    await channels.publish(channel, {}, {});
    expect(await strandedOf(parked)).toEqual([parked.instanceId]);
    expect(await scene.storage.messages.stranded([], 100)).toEqual([]);
    expect(await scene.storage.messages.stranded([scene.unique('other')], 100)).toEqual([]);
  });

  it('are not those whose wait is past it, or for whom it is too early', async () => {
    const channel = channels.channel();
    const [message] = await channels.publish(channel, { publishedAt: NOON });
    const { id } = await channels.rowOf(channel, message ?? '');
    for (const parts of [{ after: id }, { since: NOON + 1 }]) {
      expect(await strandedOf(await channels.waiting(channel, parts))).toEqual([]);
    }
    for (const parts of [{ after: id - 1 }, { since: NOON }]) {
      const parked = await channels.waiting(channel, parts);
      expect(await strandedOf(parked)).toEqual([parked.instanceId]);
    }
  });

  it('are those whose key it has, or may have', async () => {
    const channel = channels.channel();
    const definition = await scene.definition();
    const wait = async (key: string) => channels.waiting(channel, { key }, {}, await scene.held(definition));
    const [a, b] = [await wait('a'), await wait('b')];
    await channels.publish(channel, { key: 'a' }, {});
    expect(await strandedOf(a)).toEqual([a.instanceId]);
    await channels.publishForeign(channel);
    expect([...(await strandedOf(a))].sort()).toEqual([a.instanceId, b.instanceId].sort());
  });

  it('are not those that somebody holds or that have ended', async () => {
    const channel = channels.channel();
    await channels.publish(channel);
    const parked = await channels.waiting(channel);
    const scope = scene.scope(parked.definition);
    await scene.storage.leases.claimThese([parked.instanceId], scope);
    expect(await strandedOf(parked)).toEqual([]);
    await scene.record({ ...parked, token: scope.token }, { status: 'completed', release: true });
    expect(await strandedOf(parked)).toEqual([]);
  });

  it('on a competing channel are those for whom something is left, however old it is', async () => {
    const channel = channels.channel();
    const foreign = { instanceId: scene.unique('foreign'), workflowName: scene.unique('wf'), framework: 'python' };
    await scene.subject.insertForeign({ ...foreign, status: 'running' });
    const [message] = await channels.publish(channel);
    const { id } = await channels.rowOf(channel, message ?? '');
    const parked = await channels.waiting(channel, { after: id }, { mode: 'competing', cursor: id });
    expect(await strandedOf(parked)).toEqual([parked.instanceId]);
    await scene.subject.claimForeign(message ?? '', foreign.instanceId);
    expect(await strandedOf(parked)).toEqual([]);
  });

  it('are told up to the limit, each once', async () => {
    const channel = channels.channel();
    const definition = await scene.definition();
    const parked = await Promise.all(
      Array.from({ length: 4 }, async () => channels.waiting(channel, {}, {}, await scene.held(definition))),
    );
    await channels.publish(channel, {}, {}, {});
    const [first] = parked;
    if (first === undefined) throw new Error('Nobody is parked.');
    expect(await strandedOf(first, 3)).toHaveLength(3);
    expect([...(await strandedOf(first))].sort()).toEqual(parked.map((held) => held.instanceId).sort());
  });
}

export function sweeps(scene: Scene): void {
  const channels = new ChannelScene(scene);
  const DAY = 86_400_000;

  /** Sweeps what is older than a day, in small pages; answers whether the message is still there. */
  async function survives(channel: string, messageId: string): Promise<boolean> {
    for (let after: number | null = 0; after !== null;) {
      ({ last: after } = await scene.storage.messages.sweep(DAY, after, 2));
    }
    return (await channels.pending(channel)).includes(messageId);
  }

  async function publishOld(channel: string, days = 2): Promise<{ readonly messageId: string; readonly id: number }> {
    const publishedAt = (await scene.storage.databaseNow()) - days * DAY;
    const [messageId = ''] = await channels.publish(channel, { publishedAt });
    return { messageId, id: (await channels.rowOf(channel, messageId)).id };
  }

  it('remove what is old, and nothing that is young', async () => {
    const channel = channels.channel();
    const [old, young] = [await publishOld(channel), await publishOld(channel, 0.5)];
    expect(await survives(channel, old.messageId)).toBe(false);
    expect(await survives(channel, young.messageId)).toBe(true);
  });

  it.each(['broadcast', 'competing'] as const)('leave what a live %s subscriber has not had', async (mode) => {
    const channel = channels.channel();
    const { messageId } = await publishOld(channel);
    const held = await scene.held();
    await channels.subscribe(held, channel, { mode, from: 'beginning' });
    expect(await survives(channel, messageId)).toBe(true);
    await scene.record(held, { status: 'completed', release: true, cleanUp: true });
    expect(await survives(channel, messageId)).toBe(false);
  });

  it('leave what a parked instance waits for, not what it is past', async () => {
    const channel = channels.channel();
    const [past, next] = [await publishOld(channel), await publishOld(channel)];
    const held = await scene.held();
    await scene.record(held, {
      addWaits: [channels.wait(channel, { after: past.id })],
      status: 'waiting_for_message',
      release: true,
    });
    expect(await survives(channel, past.messageId)).toBe(false);
    expect(await survives(channel, next.messageId)).toBe(true);
  });
}
