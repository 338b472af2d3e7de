import { expect, it } from '@jest/globals';
import type { MessageMark, PollState } from '@romancy/core';
import { ChannelScene } from '../channel-scene.js';
import { entryOf, type Scene } from '../scene.js';

export function poll(scene: Scene): void {
  const channels = new ChannelScene(scene);

  /** Polls until nothing new comes. */
  async function drain(from: PollState, limit = 1000): Promise<{ marks: readonly MessageMark[]; state: PollState }> {
    const marks: MessageMark[] = [];
    let state = from;
    for (;;) {
      const answer = await scene.storage.messages.poll(state, limit);
      state = answer.state;
      if (answer.messages.length === 0) return { marks, state };
      expect(answer.messages.length).toBeLessThanOrEqual(limit);
      marks.push(...answer.messages);
    }
  }

  it('tells what is published after it began, once, in order, with channel and key', async () => {
    const [a, b] = [channels.channel(), channels.channel()];
    await channels.publish(a, {}, {});
    const start = await scene.storage.messages.pollStart();
    expect((await scene.storage.messages.poll(start, 10)).messages).toEqual([]);
    await channels.publish(a, { key: 'k' }, {});
    const foreign = await channels.publishForeign(b);
    const { marks, state } = await drain(start);
    const [, , keyed, unkeyed] = await channels.rows(a);
    expect(marks).toEqual([
      { id: keyed?.id, channel: a, key: 'k' },
      { id: unkeyed?.id, channel: a, key: '' },
      { id: foreign.id, channel: b, key: null },
    ]);
    await channels.publish(b, { key: 'later' });
    expect((await drain(state)).marks).toMatchObject([{ channel: b, key: 'later' }]);
  });

  it('goes on where the limit has cut it off', async () => {
    const channel = channels.channel();
    const start = await scene.storage.messages.pollStart();
    const ids = await channels.publish(channel, {}, {}, {}, {}, {});
    const first = await scene.storage.messages.poll(start, 2);
    expect(first.messages).toHaveLength(2);
    const rest = await drain(first.state, 2);
    const rows = await channels.rows(channel);
    expect(rows.map((row) => row.messageId)).toEqual(ids);
    expect([...first.messages, ...rest.marks].map((mark) => mark.id)).toEqual(rows.map((row) => row.id));
  });

  it('tells once what was committed behind its position', async () => {
    const channel = channels.channel();
    const start = await scene.storage.messages.pollStart();
    const late = await channels.beginForeign(channel);
    const second = await channels.beginForeign(channel);
    await channels.publish(channel, { key: 'ours' });
    const before = await drain(start);
    expect(before.marks).toMatchObject([{ key: 'ours' }]);
    const id = await second.commit();
    const middle = await drain(before.state);
    expect(middle.marks).toEqual([{ id, channel, key: null }]);
    await channels.publish(channel, { key: 'next' });
    const lateId = await late.commit();
    const after = await drain(middle.state);
    expect(after.marks).toMatchObject([{ id: lateId }, { key: 'next' }]);
    expect((await drain(after.state)).marks).toEqual([]);
  });

  it('tells what was under way when it began', async () => {
    const channel = channels.channel();
    const late = await channels.beginForeign(channel);
    await channels.publish(channel);
    const start = await scene.storage.messages.pollStart();
    expect((await scene.storage.messages.poll(start, 10)).messages).toEqual([]);
    const id = await late.commit();
    expect((await drain(start)).marks).toEqual([{ id, channel, key: null }]);
  });

  it('is not held up by messages that were taken away', async () => {
    const channel = channels.channel();
    const held = await scene.held();
    const start = await scene.storage.messages.pollStart();
    await channels.publish(channel, {}, { key: 'left' });
    await scene.storage.messages.claim(channel, () => entryOf(held, { stage: 'took it' }));
    const first = await drain(start);
    // Where siblings are, what was taken stays for a moment.
    expect(first.marks.at(-1)).toMatchObject({ key: 'left' });
    await channels.publish(channel, { key: 'next' });
    expect((await drain(first.state)).marks).toMatchObject([{ key: 'next' }]);
  });

  it('of several processes tells each of them everything', async () => {
    const channel = channels.channel();
    await scene.withSecondProcess(async (second) => {
      const pollers = [scene.storage, second];
      const starts = await Promise.all(pollers.map((storage) => storage.messages.pollStart()));
      await channels.publish(channel, {}, {});
      const ids = (await channels.rows(channel)).map((row) => row.id);
      for (const [index, start] of starts.entries()) {
        const answer = await pollers[index]?.messages.poll(start, 10);
        expect(answer?.messages.map((mark) => mark.id)).toEqual(ids);
      }
    });
  });
}
