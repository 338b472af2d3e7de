import { expect, it } from '@jest/globals';
import type { NewMessage, StoreReport } from '@romancy/core';
import { ChannelScene, withRetries } from '../channel-scene.js';
import { entryOf, LEASE, NOON, type Scene } from '../scene.js';

export function storedMessages(scene: Scene): void {
  const channels = new ChannelScene(scene);
  const store = (...messages: readonly NewMessage[]): Promise<StoreReport> =>
    scene.storage.messages.store(messages, []);

  it('come back as they were: text, metadata, key, and the time to the millisecond', async () => {
    const channel = channels.channel();
    const parts = { key: "ü-'key'", metadata: '{"ce_type":"ü"}', publishedAt: NOON + 7 };
    const message = channels.message(channel, parts, { data: '{"text":"äöü 中文 🚀 \'\\""}', binary: null });
    await store(message);
    expect(await channels.rows(channel)).toEqual([{ ...message, id: expect.any(Number), foreign: false }]);
  });

  it('come back as they were: bytes, also none', async () => {
    const channel = channels.channel();
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    for (const binary of [bytes, new Uint8Array(0)]) await store(channels.message(channel, {}, { data: null, binary }));
    const rows = await channels.rows(channel);
    expect(rows.map((row) => [row.data, ...(row.binary ?? [])])).toEqual([[null, ...bytes], [null]]);
  });

  it('get growing ids in the order of the list', async () => {
    const [a, b] = [channels.channel(), channels.channel()];
    const messages = [a, b, a, b, a].map((channel) => channels.message(channel));
    const { stored } = await store(...messages);
    expect(stored).toEqual(messages.map((message) => message.messageId));
    expect(await channels.pending(a)).toEqual([0, 2, 4].map((index) => stored[index]));
    expect(await channels.pending(b)).toEqual([1, 3].map((index) => stored[index]));
  });

  it('are stored once: a repetition changes nothing, and only new ones are told', async () => {
    const channel = channels.channel();
    const message = channels.message(channel, {}, { data: '"first"', binary: null });
    const [again, fresh] = [{ ...message, data: '"second"', binary: null }, channels.message(channel)];
    expect(await store(message)).toEqual({ stored: [message.messageId], started: [] });
    expect(await store(again, fresh)).toEqual({ stored: [fresh.messageId], started: [] });
    expect(await store(again)).toEqual({ stored: [], started: [] });
    expect((await channels.rows(channel)).map((row) => row.data)).toEqual(['"first"', fresh.data]);
  });

  it('with one id in one list are stored once', async () => {
    const channel = channels.channel();
    const message = channels.message(channel);
    expect(await store(message, message)).toEqual({ stored: [message.messageId], started: [] });
    expect(await channels.pending(channel)).toEqual([message.messageId]);
  });

  it('with one id from two processes at once are stored once, and told as new once', async () => {
    await scene.withSecondProcess(async (second) => {
      for (let round = 0; round < 5; round++) {
        const message = channels.message(channels.channel());
        const reports = await Promise.all(
          [scene.storage, second].map((storage) => withRetries(() => storage.messages.store([message], []))),
        );
        expect(reports.flatMap((report) => report.stored)).toEqual([message.messageId]);
        expect(await channels.pending(message.channel)).toEqual([message.messageId]);
      }
    });
  });

  it('none are no error', async () => {
    expect(await store()).toEqual({ stored: [], started: [] });
  });

  it('with a value that cannot be stored are refused, and the others of the list with them', async () => {
    const { refusesNul, maxIdLength } = scene.storage.limits;
    const nul = channels.message(channels.channel(), {}, { data: '"a\0b"', binary: null });
    const longId = scene.unique('m').padEnd((maxIdLength ?? 300) + 1, 'x');
    const long = channels.message(channels.channel(), { messageId: longId });
    for (const [message, isRefused] of [
      [nul, refusesNul],
      [long, maxIdLength !== null],
    ] as const) {
      const { channel } = message;
      const good = channels.message(channel);
      const write = store(good, message);
      if (isRefused) await expect(write).rejects.toMatchObject({ code: 'ROMANCY_ENTRY_CONFLICT', conflict: 'value' });
      else expect((await write).stored).toHaveLength(2);
      expect(await channels.pending(channel)).toEqual(
        isRefused ? [] : expect.arrayContaining([good.messageId, message.messageId]),
      );
    }
  });
}

export function messagesThatStart(scene: Scene): void {
  const channels = new ChannelScene(scene);

  it('store the message and the instances together', async () => {
    const definition = await scene.definition();
    const message = channels.message(channels.channel());
    const lock = { token: scene.unique('starter'), leaseMs: LEASE };
    const locked = scene.newInstance(definition, { lock, startedBy: message.messageId, input: '{"event":1}' });
    const free = scene.newInstance(definition);
    const report = await scene.storage.messages.store([message], [locked, free]);
    expect(report).toEqual({ stored: [message.messageId], started: [locked.instanceId, free.instanceId] });
    expect(await scene.row(locked)).toMatchObject({
      status: 'running',
      lockedBy: lock.token,
      startedBy: message.messageId,
      input: '{"event":1}',
    });
    expect(await scene.row(free)).toMatchObject({ status: 'running', lockedBy: null, startedBy: null });
    expect(await channels.pending(message.channel)).toEqual([message.messageId]);
  });

  it('a redelivery starts nothing again', async () => {
    const message = channels.message(channels.channel());
    const start = scene.newInstance(await scene.definition(), { input: '"first"' });
    await scene.storage.messages.store([message], [start]);
    const lock = { token: scene.unique('starter'), leaseMs: LEASE };
    const again = await scene.storage.messages.store([message], [{ ...start, lock, input: '"second"' }]);
    expect(again).toEqual({ stored: [], started: [] });
    expect(await scene.row(start)).toMatchObject({ input: '"first"', lockedBy: null });
  });

  it('a redelivery to a process that knows more workflows starts what is missing', async () => {
    const message = channels.message(channels.channel());
    const [known, added] = [scene.newInstance(await scene.definition()), scene.newInstance(await scene.definition())];
    await scene.storage.messages.store([message], [known]);
    const again = await scene.storage.messages.store([message], [known, added]);
    expect(again).toEqual({ stored: [], started: [added.instanceId] });
  });

  it('without a definition store nothing', async () => {
    const definition = await scene.definition();
    const message = channels.message(channels.channel());
    const known = scene.newInstance(definition);
    const unknown = scene.newInstance({ ...definition, sourceHash: scene.unique('unknown') });
    await expect(scene.storage.messages.store([message], [known, unknown])).rejects.toMatchObject({
      code: 'ROMANCY_ENTRY_CONFLICT',
      conflict: 'definition',
    });
    expect(await scene.storage.instances.get(known.instanceId)).toBeUndefined();
    expect(await channels.pending(message.channel)).toEqual([]);
  });

  it('from two processes at once start each instance once', async () => {
    const definition = await scene.definition();
    await scene.withSecondProcess(async (second) => {
      for (let round = 0; round < 5; round++) {
        const message = channels.message(channels.channel());
        const starts = [scene.newInstance(definition), scene.newInstance(definition)];
        const reports = await Promise.all(
          [starts, starts.toReversed()].map((order, index) =>
            withRetries(() => (index === 0 ? scene.storage : second).messages.store([message], order)),
          ),
        );
        expect(reports.flatMap((report) => report.stored)).toEqual([message.messageId]);
        expect(reports.flatMap((report) => report.started).sort()).toEqual(
          starts.map((start) => start.instanceId).sort(),
        );
      }
    });
  });
}

/** Whoever reads up to a message has seen all that came before it, for good. */
export function orderOfMessages(scene: Scene): void {
  const channels = new ChannelScene(scene);
  const PUBLISHERS = 6;
  const ROUNDS = 12;

  it('a reader that follows its cursor gets everything that concurrent publishers send, in order', async () => {
    const [a, b] = [channels.channel(), channels.channel()];
    await scene.withSecondProcess(async (second) => {
      let publishing = true;
      const reader = follow(a, () => publishing);
      const publishers = Array.from({ length: PUBLISHERS }, async (_, publisher) => {
        const storage = publisher % 2 === 0 ? scene.storage : second;
        const held = await scene.held();
        for (let round = 0; round < ROUNDS; round++) {
          // In opposite orders, so that locks in the order of the list would lead to deadlocks.
          const targets = publisher % 2 === 0 ? [a, b, a] : [b, a, b];
          const messages = targets.map((channel) =>
            channels.message(channel, {}, { data: `[${publisher},${round}]`, binary: null }),
          );
          await withRetries<unknown>(() =>
            publisher % 3 === 0
              ? scene.writeOn(storage, [entryOf(held, { messages, stage: `${round}` })])
              : storage.messages.store(messages, []),
          );
        }
      });
      await Promise.all(publishers);
      publishing = false;
      const read = await reader;
      expect(read).toEqual(await channels.pending(a, { limit: 1000 }));
      expect(new Set(read).size).toBe((PUBLISHERS / 2) * ROUNDS * 3);
    });
  });

  /** Reads behind a cursor until everything is published, and once more. */
  async function follow(channel: string, goesOn: () => boolean): Promise<readonly string[]> {
    const read: string[] = [];
    let cursor = 0;
    for (let last = false; !last;) {
      last = !goesOn();
      const rows = await channels.rows(channel, { cursor, limit: 1000 });
      read.push(...rows.map((row) => row.messageId));
      cursor = rows.at(-1)?.id ?? cursor;
    }
    return read;
  }
}
