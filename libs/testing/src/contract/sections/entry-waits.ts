import { expect, it } from '@jest/globals';
import { ChannelScene } from '../channel-scene.js';
import { entryOf, NOON, step, type Held, type Scene } from '../scene.js';

export function waitsOfEntries(scene: Scene): void {
  const channels = new ChannelScene(scene);
  const load = (held: Pick<Held, 'instanceId'>) => scene.storage.runState.load(held.instanceId);
  const wait = (stepId: string, channel: string, key: string | null = null) => channels.wait(channel, { stepId, key });
  const sorted = <T>(rows: readonly T[]) => [...rows].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

  it('waits are kept with their key and limits, and told with the rest or alone', async () => {
    const channel = channels.channel();
    const held = await scene.held();
    const waits = [
      wait('receive:1', channel),
      wait('receive:2', channel, ''),
      channels.wait(channel, { stepId: 'receive:3', key: "k'ü", after: 7, since: NOON + 1 }),
    ];
    await scene.record(held, { addWaits: waits });
    expect(sorted((await load(held)).waits)).toEqual(sorted(waits));
    expect(sorted(await scene.storage.runState.waits(held.instanceId))).toEqual(sorted(waits));
    expect(await scene.storage.runState.waits(scene.unique('nobody'))).toEqual([]);
  });

  it('waits are removed by step, on however many channels the step waits', async () => {
    const held = await scene.held();
    const other = await scene.held();
    const waits = [wait('a:1', 'one'), wait('a:1', 'two'), wait('b:1', 'one')];
    await scene.write(entryOf(held, { addWaits: waits }), entryOf(other, { addWaits: waits }));
    expect(sorted((await load(held)).waits)).toEqual(sorted(waits));
    await scene.record(held, { removeWaits: ['a:1', 'unknown:1'] });
    expect((await load(held)).waits).toEqual([wait('b:1', 'one')]);
    expect(sorted((await load(other)).waits)).toEqual(sorted(waits));
  });

  it('a wait that is there stays; what an entry adds and removes is not there', async () => {
    const held = await scene.held();
    await scene.record(held, { addWaits: [wait('a:1', 'one', 'first')] });
    await scene.record(held, { addWaits: [wait('a:1', 'one', 'second'), wait('b:1', 'one')], removeWaits: ['b:1'] });
    expect((await load(held)).waits).toEqual([wait('a:1', 'one', 'first')]);
  });

  it('a cursor moves on one channel of one instance', async () => {
    const [one, two] = [channels.channel(), channels.channel()];
    const held = await scene.held();
    const other = await scene.held();
    const subscriptions = [channels.subscription(one, { cursor: 1 }), channels.subscription(two, { cursor: 2 })];
    await scene.write(
      entryOf(held, { addSubscriptions: subscriptions }),
      entryOf(other, { addSubscriptions: subscriptions }),
    );
    const before = (await load(other)).subscriptions;
    await scene.record(held, { cursors: [{ channel: one, cursor: 9 }], history: [step('receive:1')] });
    expect(sorted((await load(held)).subscriptions)).toEqual(
      sorted([{ ...subscriptions[0], cursor: 9 }, subscriptions[1]]),
    );
    expect((await load(other)).subscriptions).toEqual(before);
  });

  it('a subscription that is there stays', async () => {
    const channel = channels.channel();
    const held = await scene.held();
    const first = channels.subscription(channel, { mode: 'competing', cursor: 4, since: NOON + 1, seen: [6, 5] });
    await scene.record(held, { addSubscriptions: [first] });
    await scene.record(held, { addSubscriptions: [channels.subscription(channel, { cursor: 9 })] });
    expect((await load(held)).subscriptions).toEqual([first]);
  });

  it('a subscription goes with its cursors and waits, and with nothing else', async () => {
    const [gone, kept] = [channels.channel(), channels.channel()];
    const held = await scene.held();
    await scene.record(held, {
      addSubscriptions: [channels.subscription(gone), channels.subscription(kept)],
      addWaits: [wait('a:1', gone), wait('a:1', kept), wait('b:1', gone)],
      cursors: [{ channel: gone, cursor: 8 }],
    });
    await scene.record(held, { removeSubscriptions: [gone, channels.channel()] });
    expect(await load(held)).toMatchObject({ subscriptions: [{ channel: kept }], waits: [wait('a:1', kept)] });
    await scene.record(held, { addSubscriptions: [channels.subscription(gone, { cursor: 2 })] });
    expect((await load(held)).subscriptions.find((each) => each.channel === gone)).toMatchObject({ cursor: 2 });
  });

  it('a refused entry changes no subscription, wait or cursor', async () => {
    const [channel, other] = [channels.channel(), channels.channel()];
    const held = await scene.held();
    await scene.record(held, { addSubscriptions: [channels.subscription(channel)], addWaits: [wait('a:1', channel)] });
    const before = await load(held);
    const verdict = await scene.record(
      { ...held, token: 'stranger' },
      {
        addSubscriptions: [channels.subscription(other)],
        addWaits: [wait('b:1', channel)],
        removeWaits: ['a:1'],
        removeSubscriptions: [channel],
        cursors: [{ channel, cursor: 9 }],
        cleanUp: true,
      },
    );
    expect(verdict).toMatchObject({ kind: 'refused', reason: 'lost' });
    expect(await load(held)).toEqual(before);
  });

  it('cleaning up removes subscriptions, waits and memberships, also those of its own entry, and no others', async () => {
    const [channel, group] = [channels.channel(), scene.unique('group')];
    const [ended, other] = [await scene.held(), await scene.held()];
    const everything = {
      addSubscriptions: [channels.subscription(channel)],
      addWaits: [wait('a:1', channel)],
      joinGroups: [group],
    };
    await scene.write(entryOf(ended, everything), entryOf(other, everything));
    await scene.record(ended, {
      addSubscriptions: [channels.subscription(channels.channel())],
      addWaits: [wait('b:1', channel)],
      joinGroups: [scene.unique('group')],
      status: 'failed',
      release: true,
      cleanUp: true,
    });
    expect(await load(ended)).toMatchObject({ subscriptions: [], waits: [] });
    expect(await load(other)).toMatchObject({ subscriptions: [{ channel }], waits: [wait('a:1', channel)] });
    expect(await scene.storage.messages.members(group)).toEqual([other.instanceId]);
  });
}
