import { expect, it } from '@jest/globals';
import { ChannelScene } from '../channel-scene.js';
import { entryOf, LEASE, NOON, step, type Scene } from '../scene.js';

export function messagesOfEntries(scene: Scene): void {
  const channels = new ChannelScene(scene);

  it('are published with the entry, in the order of the entries and in them', async () => {
    const channel = channels.channel();
    const messages = Array.from({ length: 4 }, () => channels.message(channel));
    const [a, b] = [await scene.held(), await scene.held()];
    const verdicts = await scene.write(
      entryOf(b, { messages: messages.slice(0, 2), history: [step('publish:1')] }),
      entryOf(a, { messages: messages.slice(2), status: 'completed', release: true, cleanUp: true }),
    );
    expect(verdicts).toEqual([{ kind: 'done' }, { kind: 'done' }]);
    expect(await channels.pending(channel)).toEqual(messages.map((message) => message.messageId));
    expect(await scene.recordedSteps(b)).toEqual(['publish:1']);
  });

  it('of a refused entry are not published, those of its neighbours are', async () => {
    const channel = channels.channel();
    const messages = Array.from({ length: 4 }, () => channels.message(channel));
    const [mine, lost, cancelled] = [await scene.held(), await scene.held(), await scene.held()];
    await scene.storage.instances.requestCancel(cancelled.instanceId, null, NOON);
    const writers = [{ ...lost, token: 'stranger' }, cancelled, mine, await scene.ended()];
    const verdicts = await scene.write(
      ...writers.map((writer, index) => entryOf(writer, { messages: messages.slice(index, index + 1) })),
    );
    expect(verdicts.map((verdict) => verdict.kind)).toEqual(['refused', 'refused', 'done', 'refused']);
    expect(await channels.pending(channel)).toEqual([messages[2]?.messageId]);
  });

  it('that exist already are no conflict: the entry is written, the message stays', async () => {
    const channel = channels.channel();
    const message = channels.message(channel, {}, { data: '"first"', binary: null });
    await scene.storage.messages.store([message], []);
    const held = await scene.held();
    const again = { ...message, data: '"again"', binary: null };
    const verdict = await scene.record(held, { messages: [again], history: [step('publish:1')] });
    expect(verdict).toEqual({ kind: 'done' });
    expect((await channels.rows(channel)).map((row) => row.data)).toEqual(['"first"']);
    expect(await scene.recordedSteps(held)).toEqual(['publish:1']);
  });

  it('of a group that conflicts are not published', async () => {
    const channel = channels.channel();
    const [good, bad] = [await scene.held(), await scene.held()];
    const group = scene.write(
      entryOf(good, { messages: [channels.message(channel)] }),
      entryOf(bad, { history: [step('a:1'), step('a:1')] }),
    );
    await expect(group).rejects.toMatchObject({ conflict: 'unique' });
    expect(await channels.pending(channel)).toEqual([]);
  });

  it("of an activity's transaction are published when it commits, and only then", async () => {
    const channel = channels.channel();
    const [refused, kept] = [channels.message(channel), channels.message(channel)];
    const held = await scene.held();
    for (const [token, message] of [
      ['stranger', refused],
      [held.token, kept],
    ] as const) {
      const transaction = scene.storage.transactions.create('publishes');
      await scene.subject.effect(transaction, scene.unique('effect'));
      await transaction.commit([entryOf({ ...held, token }, { messages: [message] })]);
    }
    expect(await channels.pending(channel)).toEqual([kept.messageId]);
  });

  it('of 300 entries with every part are written in one go', async () => {
    const definition = await scene.definition();
    const token = scene.unique('bulk');
    const starts = Array.from({ length: 300 }, () =>
      scene.newInstance(definition, { lock: { token, leaseMs: LEASE } }),
    );
    await scene.write(...starts.map((create) => scene.startEntry(create)));
    const [channel, group] = [channels.channel(), scene.unique('group')];
    const entries = starts.map(({ instanceId }, index) => {
      const message = channels.message(channel, { key: `${index}` });
      return entryOf(
        { instanceId, token },
        {
          history: [step('publish:1')],
          messages: [message],
          addSubscriptions: [channels.subscription(channel, { since: NOON, seen: [index] })],
          cursors: [{ channel, cursor: index + 1 }],
          addWaits: [channels.wait(channel, { key: `${index}`, after: index, since: NOON + index })],
          joinGroups: [group],
        },
      );
    });
    const verdicts = await scene.write(...entries);
    expect(verdicts.filter((verdict) => verdict.kind === 'done')).toHaveLength(300);
    expect(await channels.pending(channel, { limit: 1000 })).toEqual(
      entries.flatMap((entry) => entry.messages.map((message) => message.messageId)),
    );
    expect(await scene.storage.messages.members(group)).toEqual(starts.map((start) => start.instanceId));
    for (const index of [0, 150, 299]) {
      const { instanceId } = starts[index] ?? { instanceId: '' };
      expect(await scene.storage.runState.load(instanceId)).toMatchObject({
        subscriptions: [{ channel, cursor: index + 1, since: NOON, seen: [index] }],
        waits: [channels.wait(channel, { key: `${index}`, after: index, since: NOON + index })],
      });
    }
  });
}
