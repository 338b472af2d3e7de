import { expect, it } from '@jest/globals';
import { AGE, ChannelScene } from '../channel-scene.js';
import { NOON, type Scene } from '../scene.js';

export function pending(scene: Scene): void {
  const channels = new ChannelScene(scene);

  it('are the messages above the cursor, in the order of their ids, up to the limit', async () => {
    const channel = channels.channel();
    const ids = await channels.publish(channel, {}, {}, {}, {});
    const rows = await channels.rows(channel);
    const cursor = rows[0]?.id ?? 0;
    expect(rows.map((row) => row.messageId)).toEqual(ids);
    expect(await channels.pending(channel, { cursor })).toEqual(ids.slice(1));
    expect(await channels.pending(channel, { cursor, limit: 2 })).toEqual(ids.slice(1, 3));
    expect(await channels.pending(channel, { cursor: rows[3]?.id ?? 0 })).toEqual([]);
  });

  it('are those of the key that is asked for', async () => {
    const channel = channels.channel();
    const [a, none, b, again] = await channels.publish(channel, { key: 'a' }, {}, { key: 'b' }, { key: 'a' });
    expect(await channels.pending(channel, { key: 'a' })).toEqual([a, again]);
    expect(await channels.pending(channel, { key: 'b' })).toEqual([b]);
    expect(await channels.pending(channel, { key: 'c' })).toEqual([]);
    expect(await channels.pending(channel)).toEqual([a, none, b, again]);
    expect(await channels.pending(channel, { key: 'a', limit: 1 })).toEqual([a]);
  });

  it('keys are compared exactly', async () => {
    const channel = channels.channel();
    await channels.publish(channel, { key: 'key' }, { key: 'Key' }, { key: 'key ' }, { key: 'kéy' });
    for (const key of ['key', 'Key', 'key ', 'kéy']) {
      expect((await channels.rows(channel, { key })).map((row) => row.key)).toEqual([key]);
    }
  });

  it('are those that were published at the time that is asked for, or later', async () => {
    const channel = channels.channel();
    const [, at, later] = await channels.publish(
      channel,
      { publishedAt: NOON + 1 },
      { publishedAt: NOON + 2 },
      { publishedAt: NOON + 3 },
    );
    expect(await channels.pending(channel, { since: NOON + 2 })).toEqual([at, later]);
    expect(await channels.pending(channel, { since: NOON + 2, limit: 1 })).toEqual([at]);
    expect(await channels.pending(channel, { since: NOON + 4 })).toEqual([]);
  });

  it('are not those that the subscriber has had', async () => {
    const channel = channels.channel();
    const [first, second, third] = await channels.publish(channel, {}, {}, {});
    const { id } = await channels.rowOf(channel, second ?? '');
    expect(await channels.pending(channel, { seen: [id] })).toEqual([first, third]);
    expect(await channels.pending(channel, { seen: [id], limit: 2 })).toEqual([first, third]);
    const all = (await channels.rows(channel)).map((row) => row.id);
    expect(await channels.pending(channel, { seen: [...all, 1e9] })).toEqual([]);
  });

  it('of many requests are one list for each, in their order', async () => {
    const names = Array.from({ length: 40 }, () => channels.channel());
    const ids = await Promise.all(names.map((name) => channels.publish(name, { key: 'a' }, { key: 'b' })));
    const requests = names.flatMap((name, index) => [
      channels.request(name, { key: 'b' }),
      channels.request(name, { limit: (index % 2) + 1 }),
      channels.request(channels.channel()),
    ]);
    const lists = await scene.storage.messages.pending(requests);
    const expected = ids.flatMap(([a, b], index) => [[b], index % 2 === 0 ? [a] : [a, b], []]);
    expect(lists.map((list) => list.map((row) => row.messageId))).toEqual(expected);
    expect(await scene.storage.messages.pending([])).toEqual([]);
  });
}

/** The writer did not know the definition that tells the key. */
export function unknownKeys(scene: Scene): void {
  const channels = new ChannelScene(scene);

  it('are offered for every key until theirs is found out', async () => {
    const channel = channels.channel();
    const [unknown, ours] = await channels.publish(channel, { key: null }, { key: 'a' });
    expect(await channels.pending(channel, { key: 'a' })).toEqual([unknown, ours]);
    expect(await channels.pending(channel, { key: 'b', limit: 1 })).toEqual([unknown]);
    const row = await channels.rowOf(channel, unknown ?? '');
    expect(row).toMatchObject({ key: null, foreign: false, publishedAt: NOON });
    await scene.storage.messages.setKeys([{ id: row.id, key: 'b' }]);
    expect(await channels.pending(channel, { key: 'a' })).toEqual([ours]);
    expect(await channels.pending(channel, { key: 'b' })).toEqual([unknown]);
    expect(await channels.pending(channel, { cursor: row.id })).toEqual([ours]);
  });

  it('are kept by staged messages and by those of entries', async () => {
    const channel = channels.channel();
    const [staged, written] = [channels.message(channel, { key: null }), channels.message(channel, { key: null })];
    await scene.subject.inTransaction((transaction) => transaction.stageMessages([staged]));
    expect(await scene.storage.messages.moveStaged([staged.messageId])).toEqual([{ channel, key: null }]);
    await scene.record(await scene.held(), { messages: [written] });
    expect((await channels.rows(channel)).map((row) => row.key)).toEqual([null, null]);
  });
}

/** Other frameworks take no lock and note no key. */
export function foreignMessages(scene: Scene): void {
  const channels = new ChannelScene(scene);

  it('are marked, have no key, and the time at which they were published', async () => {
    const channel = channels.channel();
    const before = await scene.storage.databaseNow();
    const { id, messageId } = await channels.publishForeign(channel);
    const body = { data: '{"foreign":true}', binary: null, metadata: '{"ce_type":"t"}' };
    const row = await channels.rowOf(channel, messageId);
    expect(row).toEqual({ id, channel, messageId, ...body, key: null, foreign: true, publishedAt: expect.any(Number) });
    // Shared columns may hold whole seconds.
    expect(row.publishedAt).toBeGreaterThanOrEqual(before - 1000);
    expect(row.publishedAt).toBeLessThanOrEqual((await scene.storage.databaseNow()) + 1000);
  });

  it('are offered for every key until theirs is found out', async () => {
    const channel = channels.channel();
    const { id, messageId } = await channels.publishForeign(channel);
    const [ours] = await channels.publish(channel, { key: 'a' });
    expect(await channels.pending(channel, { key: 'a' })).toEqual([messageId, ours]);
    expect(await channels.pending(channel, { key: 'b' })).toEqual([messageId]);
    await scene.storage.messages.setKeys([{ id, key: 'b' }]);
    expect(await channels.pending(channel, { key: 'a' })).toEqual([ours]);
    expect(await channels.pending(channel, { key: 'b' })).toEqual([messageId]);
    expect(await channels.rowOf(channel, messageId)).toMatchObject({ key: 'b', foreign: true });
  });

  it('keep the first key that is noted, as ours do', async () => {
    const channel = channels.channel();
    const { id, messageId } = await channels.publishForeign(channel);
    const [ours] = await channels.publish(channel, {});
    const { id: own } = await channels.rowOf(channel, ours ?? '');
    await scene.storage.messages.setKeys([{ id, key: '' }]);
    await scene.storage.messages.setKeys([
      { id, key: 'late' },
      { id: own, key: 'late' },
      { id: 1e9, key: 'unknown' },
    ]);
    await scene.storage.messages.setKeys([]);
    expect((await channels.rowOf(channel, messageId)).key).toBe('');
    expect((await channels.rowOf(channel, ours ?? '')).key).toBe('');
  });

  it('that are committed late are offered behind the cursor, in the order of the ids', async () => {
    const channel = channels.channel();
    const late = await channels.beginForeign(channel);
    const [ours, next] = await channels.publish(channel, {}, {});
    const cursor = (await channels.rowOf(channel, ours ?? '')).id;
    expect(await channels.pending(channel, { cursor })).toEqual([next]);
    const id = await late.commit();
    expect(id).toBeLessThan(cursor);
    expect(await channels.pending(channel, { cursor })).toEqual([late.messageId, next]);
    expect(await channels.pending(channel, { cursor, limit: 1 })).toEqual([late.messageId]);
    expect(await channels.pending(channel, { cursor, seen: [id] })).toEqual([next]);
  });

  it('are offered behind the cursor only while they are young; above it always', async () => {
    const channel = channels.channel();
    const { id, messageId } = await channels.publishForeign(channel);
    await channels.publish(channel);
    const cursor = (await channels.rows(channel)).at(-1)?.id ?? 0;
    expect(await channels.pending(channel, { cursor })).toEqual([messageId]);
    await scene.subject.elapse(AGE);
    expect(await channels.pending(channel, { cursor })).toEqual([]);
    expect(await channels.pending(channel, { cursor: id - 1 })).toContain(messageId);
  });

  it('ours are never offered behind the cursor', async () => {
    const channel = channels.channel();
    const publishedAt = await scene.storage.databaseNow();
    await channels.publish(channel, { publishedAt }, { publishedAt });
    const cursor = (await channels.rows(channel)).at(-1)?.id ?? 0;
    expect(await channels.pending(channel, { cursor })).toEqual([]);
  });

  it('of before the time that is asked for are not offered', async () => {
    const channel = channels.channel();
    const { messageId } = await channels.publishForeign(channel);
    const now = await scene.storage.databaseNow();
    expect(await channels.pending(channel, { since: now + 60_000 })).toEqual([]);
    expect(await channels.pending(channel, { since: now - 60_000 })).toEqual([messageId]);
  });
}
