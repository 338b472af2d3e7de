import { expect, it } from '@jest/globals';
import { ChannelScene, withRetries } from '../channel-scene.js';
import { entryOf, NOON, step, type Held, type Scene } from '../scene.js';

export function subscriptions(scene: Scene): void {
  const channels = new ChannelScene(scene);
  const stored = async (held: Pick<Held, 'instanceId'>) =>
    (await scene.storage.runState.load(held.instanceId)).subscriptions;

  it('from now on begin behind the last message', async () => {
    const channel = channels.channel();
    const [, last] = await channels.publish(channel, {}, {});
    const held = await scene.held();
    const subscription = channels.subscription(channel, { cursor: (await channels.rowOf(channel, last ?? '')).id });
    expect(await channels.subscribe(held, channel)).toEqual({ kind: 'done', subscription });
    expect(await stored(held)).toEqual([subscription]);
    const later = await channels.publish(channel);
    expect(await channels.pending(channel, subscription)).toEqual(later);
  });

  it('to a channel without messages begin with the first', async () => {
    const channel = channels.channel();
    const report = await channels.subscribe(await scene.held(), channel, { mode: 'competing' });
    const subscription = channels.subscription(channel, { mode: 'competing' });
    expect(report).toEqual({ kind: 'done', subscription });
  });

  it('from the beginning begin with everything that is stored', async () => {
    const channel = channels.channel();
    await channels.publish(channel);
    await channels.publishForeign(channel);
    const held = await scene.held();
    const report = await channels.subscribe(held, channel, { from: 'beginning' });
    expect(report).toEqual({ kind: 'done', subscription: channels.subscription(channel) });
    expect(await stored(held)).toMatchObject([{ channel, cursor: 0, seen: [] }]);
  });

  it('are written with the entry that is made of them', async () => {
    const channel = channels.channel();
    await channels.publish(channel);
    const held = await scene.held();
    const request = { hold: held, channel, mode: 'broadcast', from: 'now' } as const;
    const report = await scene.storage.messages.subscribe(request, (subscription) =>
      entryOf(held, { history: [step('subscribe:1', { data: JSON.stringify(subscription) })], stage: 'listens' }),
    );
    const [row] = await scene.history(held);
    expect(report).toEqual({ kind: 'done', subscription: JSON.parse(row?.data ?? '') as unknown });
    expect(await scene.row(held)).toMatchObject({ stage: 'listens' });
  });

  it('stay as they are when there is one already, whatever is asked for', async () => {
    const channel = channels.channel();
    const held = await scene.held();
    const existing = channels.subscription(channel, { cursor: 7, since: NOON, seen: [9, 8] });
    await scene.record(held, { addSubscriptions: [existing] });
    await channels.publish(channel, {}, {});
    for (const parts of [{ from: 'now' }, { from: 'beginning' }, { mode: 'competing' }] as const) {
      const report = await channels.subscribe(held, channel, parts, { stage: 'again' });
      expect(report).toEqual({ kind: 'done', subscription: existing });
    }
    expect(await stored(held)).toEqual([existing]);
    expect(await scene.row(held)).toMatchObject({ stage: 'again' });
  });

  it.each([
    ['broadcast', 'competing'],
    ['competing', 'broadcast'],
  ] as const)('are refused as %s where others read as %s, with nothing written', async (mode, others) => {
    const channel = channels.channel();
    const other = await scene.held();
    await channels.subscribe(other, channel, { mode: others });
    const held = await scene.held();
    const report = await channels.subscribe(held, channel, { mode }, { history: [step('subscribe:1')] });
    expect(report).toEqual({ kind: 'conflict', mode: others });
    expect(await stored(held)).toEqual([]);
    expect(await scene.history(held)).toEqual([]);
    expect(await channels.subscribe(held, channel, { mode: others })).toMatchObject({ kind: 'done' });
  });

  it('mind parked subscribers, not ended ones', async () => {
    const channel = channels.channel();
    const other = await channels.waiting(channel, {}, { mode: 'competing' });
    const held = await scene.held();
    expect(await channels.subscribe(held, channel)).toEqual({ kind: 'conflict', mode: 'competing' });
    const [claimed] = await scene.storage.leases.claimThese([other.instanceId], scene.scope(other.definition));
    // Another framework may leave the rows of an ended instance.
    await scene.record({ ...other, token: claimed?.row.lockedBy ?? '' }, { status: 'completed', release: true });
    expect(await stored(other)).toHaveLength(1);
    expect(await channels.subscribe(held, channel)).toMatchObject({ kind: 'done' });
  });

  it('do not mind those who wait for events of that name', async () => {
    const channel = channels.channel();
    await channels.waiting(channel, {}, { mode: 'broadcast', since: NOON });
    expect(await channels.subscribe(await scene.held(), channel, { mode: 'competing' })).toMatchObject({
      kind: 'done',
    });
  });

  it.each(['lost', 'ended', 'cancel-requested'] as const)('of an instance that is %s are refused', async (reason) => {
    const channel = channels.channel();
    const held = reason === 'ended' ? await scene.ended() : await scene.held();
    if (reason === 'cancel-requested') await scene.storage.instances.requestCancel(held.instanceId, null, NOON);
    const subscriber = reason === 'lost' ? { ...held, token: scene.unique('stranger') } : held;
    const row = await scene.row(held);
    const report = await channels.subscribe(subscriber, channel, {}, { history: [step('subscribe:1')] });
    expect(report).toEqual({ kind: 'refused', reason, row });
    expect(await stored(held)).toEqual([]);
    expect(await scene.history(held)).toEqual([]);
  });

  it('of an unknown instance are refused as lost', async () => {
    const nobody = { ...(await scene.held()), instanceId: scene.unique('nobody') };
    const report = await channels.subscribe(nobody, channels.channel());
    expect(report).toEqual({ kind: 'refused', reason: 'lost', row: undefined });
  });

  it('whose entry cannot be written leave nothing', async () => {
    const channel = channels.channel();
    const held = await scene.held();
    await scene.record(held, { history: [step('subscribe:1')] });
    const subscribing = channels.subscribe(held, channel, {}, { history: [step('subscribe:1')] });
    await expect(subscribing).rejects.toMatchObject({ code: 'ROMANCY_ENTRY_CONFLICT', conflict: 'unique' });
    expect(await stored(held)).toEqual([]);
  });

  it('know young messages of other frameworks that are there already, and are open for those that come late', async () => {
    const channel = channels.channel();
    const late = await channels.beginForeign(channel);
    const early = await channels.publishForeign(channel);
    await channels.publish(channel);
    const held = await scene.held();
    const report = await channels.subscribe(held, channel);
    expect(report).toMatchObject({ kind: 'done', subscription: { seen: [early.id] } });
    const [subscription] = await stored(held);
    expect(await channels.pending(channel, subscription)).toEqual([]);
    await late.commit();
    expect(await channels.pending(channel, subscription)).toEqual([late.messageId]);
  });

  it('in both modes at once: one of them is refused', async () => {
    await scene.withSecondProcess(async (second) => {
      for (let round = 0; round < 6; round++) {
        const channel = channels.channel();
        const [a, b] = [await scene.held(), await scene.held()];
        const reports = await Promise.all([
          withRetries(() => channels.subscribe(a, channel, { mode: 'broadcast' })),
          withRetries(() => channels.subscribe(b, channel, { mode: 'competing' }, {}, second)),
        ]);
        expect(reports.map((report) => report.kind).sort()).toEqual(['conflict', 'done']);
        expect([...(await stored(a)), ...(await stored(b))]).toHaveLength(1);
      }
    });
  });
}
