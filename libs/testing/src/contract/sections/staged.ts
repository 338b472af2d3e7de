import { expect, it } from '@jest/globals';
import type { NewMessage, PublishedTo } from '@romancy/core';
import { AGE, ChannelScene, withRetries } from '../channel-scene.js';
import { NOON, type Scene } from '../scene.js';

/** What is published in a transaction of the user's: it may be open for long, so that it must not take ids of channels. */
export function stagedMessages(scene: Scene): void {
  const channels = new ChannelScene(scene);
  const stage = (...messages: readonly NewMessage[]): Promise<void> =>
    scene.subject.inTransaction((transaction) => transaction.stageMessages(messages));
  const move = (...messages: readonly NewMessage[]): Promise<readonly PublishedTo[]> =>
    scene.storage.messages.moveStaged(messages.map((message) => message.messageId));

  it('come to their channel when they are moved, as they were', async () => {
    const channel = channels.channel();
    const parts = { key: "k'ü", metadata: '{"a":1}', publishedAt: NOON + 7 };
    const text = channels.message(channel, parts, { data: '{"text":"ü 🚀"}', binary: null });
    const bytes = channels.message(channel, {}, { data: null, binary: Uint8Array.of(0, 255, 10) });
    await stage(text, bytes);
    expect(await channels.pending(channel)).toEqual([]);
    expect(await move(text, bytes)).toEqual(
      expect.arrayContaining([
        { channel, key: "k'ü" },
        { channel, key: '' },
      ]),
    );
    const rows = await channels.rows(channel);
    expect(rows[0]).toEqual({ ...text, id: expect.any(Number), foreign: false });
    expect([rows[1]?.data, ...(rows[1]?.binary ?? [])]).toEqual([null, 0, 255, 10]);
  });

  it('are gone with the transaction when it is rolled back', async () => {
    const message = channels.message(channels.channel());
    const work = scene.subject.inTransaction(async (transaction) => {
      await transaction.stageMessages([message]);
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    expect(await move(message)).toEqual([]);
    expect(await channels.pending(message.channel)).toEqual([]);
  });

  it('are moved in the order of staging, whatever the order of the request', async () => {
    const [a, b] = [channels.channel(), channels.channel()];
    const messages = [a, b, a, b, a].map((channel) => channels.message(channel));
    await scene.subject.inTransaction(async (transaction) => {
      await transaction.stageMessages(messages.slice(0, 2));
      await transaction.stageMessages(messages.slice(2, 3));
    });
    await stage(...messages.slice(3));
    const told = await move(...messages.toReversed());
    expect(new Set(told.map(({ channel }) => channel))).toEqual(new Set([a, b]));
    expect(await channels.pending(a)).toEqual([0, 2, 4].map((index) => messages[index]?.messageId));
    expect(await channels.pending(b)).toEqual([1, 3].map((index) => messages[index]?.messageId));
  });

  it('are moved once, and no others with them', async () => {
    const channel = channels.channel();
    const [asked, other] = [channels.message(channel), channels.message(channel)];
    await stage(asked, other);
    expect(await move(asked)).toEqual([{ channel, key: '' }]);
    expect(await move(asked)).toEqual([]);
    expect(await channels.pending(channel)).toEqual([asked.messageId]);
    await move(other);
    expect(await channels.pending(channel)).toEqual([asked.messageId, other.messageId]);
    expect(await scene.storage.messages.moveStaged([])).toEqual([]);
  });

  it('that are stored already, or were staged twice, are stored once', async () => {
    const channel = channels.channel();
    const [stored, twice] = [channels.message(channel), channels.message(channel)];
    await scene.storage.messages.store([stored], []);
    await stage({ ...stored, data: '"again"', binary: null }, twice);
    await stage(twice);
    await move(stored, twice);
    expect((await channels.rows(channel)).map((row) => [row.messageId, row.data])).toEqual([
      [stored.messageId, stored.data],
      [twice.messageId, twice.data],
    ]);
    expect(await move(stored, twice)).toEqual([]);
  });

  it('that are left over are found after a while, and only those', async () => {
    const channel = channels.channel();
    const [left, young] = [channels.message(channel), channels.message(channel)];
    await stage(left);
    await scene.storage.messages.moveStaged(null);
    expect(await channels.pending(channel)).toEqual([]);
    await scene.subject.elapse(AGE);
    await stage(young);
    expect(await scene.storage.messages.moveStaged(null)).toContainEqual({ channel, key: '' });
    expect(await channels.pending(channel)).toEqual([left.messageId]);
    await move(young);
    expect(await channels.pending(channel)).toEqual([left.messageId, young.messageId]);
  });

  it('that two processes move at once are stored once each, in order', async () => {
    await scene.withSecondProcess(async (second) => {
      for (let round = 0; round < 5; round++) {
        const channel = channels.channel();
        const messages = Array.from({ length: 6 }, () => channels.message(channel));
        await stage(...messages);
        const ids = messages.map((message) => message.messageId);
        await Promise.all(
          [scene.storage, second].map((storage) => withRetries(() => storage.messages.moveStaged(ids))),
        );
        // One may have skipped what the other was moving.
        await move(...messages);
        expect([...(await channels.pending(channel))].sort()).toEqual([...ids].sort());
      }
    });
  });

  it('outbox events are stored when the transaction commits, and only then', async () => {
    const [kept, lost] = [scene.unique('event'), scene.unique('event')];
    const parts = { eventType: 'order.placed', eventSource: '/orders', data: '{"a":"ü"}', binary: null };
    const event = { ...parts, contentType: 'application/json' };
    await scene.subject.inTransaction((transaction) => transaction.insertOutbox([{ ...event, eventId: kept }]));
    const work = scene.subject.inTransaction(async (transaction) => {
      await transaction.insertOutbox([{ ...event, eventId: lost }]);
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    expect(await scene.subject.outboxEvent(kept)).toEqual({ ...event, eventId: kept });
    expect(await scene.subject.outboxEvent(lost)).toBeUndefined();
  });

  it('an outbox event whose id exists takes the transaction with it', async () => {
    const eventId = scene.unique('event');
    const event = { eventId, eventType: 't', eventSource: 's', data: '1', binary: null, contentType: 'c' };
    await scene.subject.inTransaction((transaction) => transaction.insertOutbox([event]));
    const message = channels.message(channels.channel());
    const work = scene.subject.inTransaction(async (transaction) => {
      await transaction.stageMessages([message]);
      await transaction.insertOutbox([event]);
    });
    await expect(work).rejects.toThrow();
    expect(await move(message)).toEqual([]);
  });
}
