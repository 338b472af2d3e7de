import { randomUUID } from 'node:crypto';
import type { SubscribeRequest } from '@romancy/core';
import type { TypeOrmStorage } from '@romancy/typeorm';
import { createDatabase, DATABASES, openStorage, type TestDatabase } from '../support/databases.js';
import { emptyEntry, historyRow, startHeld, type Held } from '../support/entries.js';
import { newMessage, NOON, park, pending, pendingRequest, publish } from '../support/messages.js';
import { insertRow, query } from '../support/rows.js';
import { insertSibling, insertSiblingMessage } from '../support/siblings.js';

const OLD = '2020-01-01 00:00:00';

describe.each(DATABASES)('reading channels on %s', (name) => {
  let database: TestDatabase;
  let storage: TypeOrmStorage;
  let channel: string;
  const isMysql = name === 'mysql' || name === 'mariadb';

  beforeAll(async () => {
    database = await createDatabase(name);
    storage = await openStorage(database);
  }, 120_000);

  beforeEach(() => {
    channel = `channel-${randomUUID()}`;
  });

  afterAll(async () => {
    await storage.close();
    await database.drop();
  });

  const request = (held: Held, parts: Partial<SubscribeRequest> = {}): SubscribeRequest => ({
    hold: { instanceId: held.instanceId, token: held.token },
    channel,
    mode: 'broadcast',
    from: 'now',
    ...parts,
  });
  const keysOf = (rows: readonly { readonly key: string | null }[]): unknown[] => rows.map(({ key }) => key);

  it('answers rows with their bodies, times and origin', async () => {
    const messageId = await publish(storage, channel, { key: 'k', metadata: '{"m":1}', data: '"ü"' });
    const sibling = await insertSiblingMessage(storage, channel, { publishedAt: '2026-03-01 12:00:01' });
    const bytes = await publish(storage, channel, { data: null, binary: Uint8Array.of(0, 200) });
    const rows = await pending(storage, channel);
    expect(rows.map((row) => ({ ...row, binary: row.binary && [...row.binary] }))).toEqual([
      {
        id: expect.any(Number),
        channel,
        messageId,
        metadata: '{"m":1}',
        key: 'k',
        publishedAt: NOON,
        foreign: false,
        data: '"ü"',
        binary: null,
      },
      {
        id: sibling.id,
        channel,
        messageId: sibling.messageId,
        metadata: null,
        key: null,
        publishedAt: Date.parse('2026-03-01T12:00:01Z'),
        foreign: true,
        data: '{"a": 1.0}',
        binary: null,
      },
      expect.objectContaining({ messageId: bytes, data: null, binary: [0, 200] }),
    ]);
  });

  it('answers each of many requests what it asks for', async () => {
    const other = `${channel}-other`;
    for (let index = 0; index < 5; index++) {
      await publish(storage, channel, { key: index % 2 === 0 ? 'even' : 'odd' });
      await publish(storage, other, { key: 'even' });
    }
    const all = await pending(storage, channel);
    const requests = [
      pendingRequest(channel),
      pendingRequest(channel, { key: 'even' }),
      pendingRequest(channel, { key: 'odd', limit: 1 }),
      pendingRequest(channel, { cursor: all[2]!.id }),
      pendingRequest(channel, { seen: [all[0]!.id, all[4]!.id] }),
      pendingRequest(channel, { key: 'even', cursor: all[0]!.id, seen: [all[2]!.id] }),
      pendingRequest(`${channel}-none`),
      ...Array.from({ length: 60 }, () => pendingRequest(other, { limit: 2 })),
    ];
    const answers = await storage.messages.pending(requests);
    expect(answers.slice(0, 7).map(keysOf)).toEqual([
      ['even', 'odd', 'even', 'odd', 'even'],
      ['even', 'even', 'even'],
      ['odd'],
      ['odd', 'even'],
      ['odd', 'even', 'odd'],
      ['even'],
      [],
    ]);
    expect(answers.slice(7).every((rows) => rows.length === 2 && rows[0]!.channel === other)).toBe(true);
  });

  it('offers young messages of siblings below the cursor, and no old ones', async () => {
    const old = await insertSiblingMessage(storage, channel, { publishedAt: OLD });
    const young = await insertSiblingMessage(storage, channel);
    await publish(storage, channel, { key: 'k' });
    const [last] = (await pending(storage, channel)).slice(-1);
    const ids = async (parts: object): Promise<number[]> =>
      (await pending(storage, channel, parts)).map(({ id }) => id);
    expect(await ids({ cursor: last!.id })).toEqual([young.id]);
    expect(await ids({ cursor: last!.id, key: 'k' })).toEqual([young.id]);
    expect(await ids({ cursor: last!.id, seen: [young.id] })).toEqual([]);
    expect(await ids({})).toEqual([old.id, young.id, last!.id]);
    await storage.messages.setKeys([
      { id: young.id, key: 'other' },
      { id: last!.id, key: 'changed' },
    ]);
    expect(await ids({ cursor: last!.id, key: 'k' })).toEqual([]);
    expect(await ids({ cursor: last!.id, key: 'other' })).toEqual([young.id]);
    expect(await ids({ key: 'k' })).toEqual([old.id, last!.id]);
  });

  it('leaves out what was published before the subscriber wants anything', async () => {
    await publish(storage, channel, { publishedAt: NOON - 1, key: 'before' });
    await publish(storage, channel, { publishedAt: NOON, key: 'at' });
    expect(keysOf(await pending(storage, channel, { since: NOON }))).toEqual(['at']);
  });

  it('gives a sibling that cuts its times the second', async () => {
    const at = await insertSiblingMessage(storage, channel, { publishedAt: '2026-03-01 12:00:00' });
    await insertSiblingMessage(storage, channel, { publishedAt: '2026-03-01 11:59:59' });
    const found = await pending(storage, channel, { since: NOON });
    // PostgreSQL keeps microseconds for all of them.
    expect(found.map(({ id }) => id)).toEqual(name === 'postgres' ? [] : [at.id]);
  });

  it('tells channels and keys apart by case', async () => {
    await publish(storage, channel, { key: 'Key' });
    await publish(storage, channel.toUpperCase(), { key: 'key' });
    expect(keysOf(await pending(storage, channel))).toEqual(['Key']);
    expect(keysOf(await pending(storage, channel, { key: 'key' }))).toEqual([]);
    expect(
      await storage.messages.claim(channel.toUpperCase(), ({ key }) => {
        expect(key).toBe('key');
        return emptyEntry({ instanceId: 'nobody', token: '' });
      }),
    ).toMatchObject({ kind: 'refused' });
  });

  it('a subscription begins behind what is there, and does not take young ones of siblings for new', async () => {
    const held = await startHeld(storage);
    const young = await insertSiblingMessage(storage, channel);
    await publish(storage, channel);
    const [, last] = await pending(storage, channel);
    const report = await storage.messages.subscribe(request(held), (subscription) =>
      emptyEntry(held, { history: [historyRow('subscribe:1', { data: JSON.stringify(subscription) })] }),
    );
    const subscription = { channel, mode: 'broadcast', cursor: last!.id, since: null, seen: [young.id] };
    expect(report).toEqual({ kind: 'done', subscription });
    expect((await storage.runState.load(held.instanceId)).subscriptions).toEqual([subscription]);
    const [row] = await storage.history.read(held.instanceId, 0, 10);
    expect(JSON.parse(row!.data!)).toEqual(subscription);
    await publish(storage, channel);
    expect(await storage.messages.subscribe(request(held), () => emptyEntry(held))).toEqual(report);
  });

  it('a subscription from the beginning begins there', async () => {
    const held = await startHeld(storage);
    await publish(storage, channel);
    const report = await storage.messages.subscribe(request(held, { from: 'beginning' }), () => emptyEntry(held));
    expect(report).toMatchObject({ kind: 'done', subscription: { cursor: 0, seen: [] } });
  });

  it('live subscribers in the other mode are in the way, dead ones and oneself are not', async () => {
    const held = await startHeld(storage);
    await insertSibling(storage, { framework: 'python', channel, mode: 'competing', status: 'completed' });
    expect(await storage.messages.subscribe(request(held), () => emptyEntry(held))).toMatchObject({ kind: 'done' });
    const other = await startHeld(storage);
    const refused = await storage.messages.subscribe(request(other, { mode: 'competing' }), () => {
      throw new Error('Nothing is to be recorded.');
    });
    expect(refused).toEqual({ kind: 'conflict', mode: 'broadcast' });
    expect((await storage.runState.load(other.instanceId)).subscriptions).toEqual([]);
  });

  it('a subscription whose entry is refused is not written', async () => {
    const held = await startHeld(storage);
    await storage.instances.requestCancel(held.instanceId, null, NOON);
    const report = await storage.messages.subscribe(request(held), () => emptyEntry(held));
    expect(report).toMatchObject({ kind: 'refused', reason: 'cancel-requested' });
    const stale = { hold: { instanceId: held.instanceId, token: 'stale' } };
    expect(await storage.messages.subscribe(request(held, stale), () => emptyEntry(held))).toMatchObject({
      kind: 'refused',
      reason: 'lost',
      row: { instanceId: held.instanceId },
    });
    expect((await storage.runState.load(held.instanceId)).subscriptions).toEqual([]);
  });

  it('a claim takes the oldest that no sibling has claimed, with its entry', async () => {
    const [held, sibling] = [await startHeld(storage), await insertSibling(storage, { framework: 'go', channel })];
    const claimed = await publish(storage, channel);
    const wanted = await publish(storage, channel);
    await insertRow(storage, 'channel_message_claims', { message_id: claimed, instance_id: sibling });
    const report = await storage.messages.claim(channel, ({ messageId }) =>
      emptyEntry(held, { history: [historyRow(`got ${messageId}`)] }),
    );
    expect(report).toMatchObject({ kind: 'claimed', message: { messageId: wanted } });
    expect((await storage.history.read(held.instanceId, 0, 10)).map(({ activityId }) => activityId)).toEqual([
      `got ${wanted}`,
    ]);
    expect(await storage.messages.claim(channel, () => emptyEntry(held))).toEqual({ kind: 'none' });
    const claims = await query(storage, 'SELECT instance_id FROM channel_message_claims WHERE message_id = ?', [
      wanted,
    ]);
    expect(claims).toEqual([{ instance_id: held.instanceId }]);
  });

  it('a claim whose entry is refused leaves the message and no claim', async () => {
    const held = await startHeld(storage);
    const messageId = await publish(storage, channel);
    const report = await storage.messages.claim(channel, () => emptyEntry({ ...held, token: 'stale' }));
    expect(report).toMatchObject({ kind: 'refused', reason: 'lost' });
    expect((await pending(storage, channel)).map((row) => row.messageId)).toEqual([messageId]);
    expect(await storage.messages.claim(channel, () => emptyEntry(held))).toMatchObject({ kind: 'claimed' });
  });

  it('waiters are those for the key or for any, and only a few of a competing channel', async () => {
    const parked = async (wait: Parameters<typeof park>[3], on = channel): Promise<string> => {
      const held = await startHeld(storage);
      await park(storage, held, on, wait);
      return held.instanceId;
    };
    const [any, a, b] = [await parked({}), await parked({ key: 'a' }), await parked({ key: 'b' })];
    const held = await startHeld(storage);
    await park(storage, held, channel);
    await storage.leases.claimThese([held.instanceId], {
      token: 't',
      leaseMs: 60_000,
      workflowNames: ['orders'],
      codeVersions: [],
    });
    const ids = async (...published: { channel: string; key: string | null }[]): Promise<string[]> =>
      (await storage.messages.waiters(published)).ours.map(({ instanceId }) => instanceId).sort();
    expect(await ids({ channel, key: 'a' })).toEqual([any, a].sort());
    expect(await ids({ channel, key: 'a' }, { channel, key: 'b' })).toEqual([any, a, b].sort());
    expect(await ids({ channel, key: null }, { channel, key: 'b' })).toEqual([any, a, b].sort());
    expect(await ids({ channel: channel.toUpperCase(), key: null })).toEqual([]);
    const jobs = `${channel}-jobs`;
    for (let index = 0; index < 20; index++) {
      await parked({ mode: 'competing' }, jobs);
      await parked({}, `${channel}-news`);
    }
    expect((await storage.messages.waiters([{ channel: jobs, key: '' }])).ours).toHaveLength(16);
    expect(await ids({ channel: `${channel}-news`, key: '' })).toHaveLength(20);
  });

  it('stranded are those for whom something is there', async () => {
    const waiting = async (wait: Parameters<typeof park>[3]): Promise<string> => {
      const held = await startHeld(storage);
      await park(storage, held, channel, wait);
      return held.instanceId;
    };
    await publish(storage, channel, { key: 'a' });
    const [first] = await pending(storage, channel);
    const served = [await waiting({ key: 'a' }), await waiting({}), await waiting({ since: NOON })];
    await waiting({ key: 'b' });
    await waiting({ after: first!.id });
    await waiting({ since: NOON + 1 });
    const stranded = async (): Promise<string[]> =>
      (await storage.messages.stranded(['orders', 'unknown'], 1000)).filter((id) => wanted.has(id)).sort();
    const wanted = new Set(served);
    const all = await storage.messages.stranded(['orders'], 1000);
    expect(await stranded()).toEqual([...served].sort());
    expect(all).toHaveLength(served.length);
    expect(await storage.messages.stranded(['unknown'], 10)).toEqual([]);
    expect(await storage.messages.stranded(['orders'], 1)).toHaveLength(1);
    // Nobody has looked into this one: it may be for any of them.
    await insertSiblingMessage(storage, channel);
    expect(await storage.messages.stranded(['orders'], 1000)).toHaveLength(6);
    await query(storage, 'DELETE FROM romancy_waits');
  });

  it('stranded competitors are those for whose channel something is left', async () => {
    const held = await startHeld(storage);
    await park(storage, held, channel, { mode: 'competing', after: 1_000_000 });
    expect(await storage.messages.stranded(['orders'], 10)).toEqual([]);
    const messageId = await publish(storage, channel);
    expect(await storage.messages.stranded(['orders'], 10)).toEqual([held.instanceId]);
    await insertRow(storage, 'channel_message_claims', { message_id: messageId, instance_id: held.instanceId });
    expect(await storage.messages.stranded(['orders'], 10)).toEqual([]);
    await query(storage, 'DELETE FROM romancy_waits');
  });

  it('a poll sees what came since, also under numbers that were passed over', async () => {
    await publish(storage, channel);
    const start = await storage.messages.pollStart();
    await publish(storage, channel, { key: 'one' });
    await publish(storage, channel, { key: 'two' });
    const first = await storage.messages.poll(start, 1);
    expect(first.messages).toEqual([{ id: expect.any(Number), channel, key: 'one' }]);
    const second = await storage.messages.poll(first.state, 10);
    expect(keysOf(second.messages)).toEqual(['two']);
    const { position } = second.state;
    const insert = (id: number): Promise<void> =>
      insertRow(storage, 'channel_messages', { id, channel, message_id: randomUUID(), data_type: 'json', data: '1' });
    await insert(position + 3);
    const third = await storage.messages.poll(second.state, 10);
    expect(third.messages.map(({ id }) => id)).toEqual([position + 3]);
    expect(third.state.gaps).toEqual(expect.arrayContaining([position + 1, position + 2]));
    await insert(position + 1);
    const fourth = await storage.messages.poll(third.state, 10);
    expect(fourth.messages.map(({ id }) => id)).toEqual([position + 1]);
    expect((await storage.messages.poll(fourth.state, 10)).messages).toEqual([]);
    expect(fourth.state.gaps).toEqual(expect.arrayContaining([position + 2]));
    await query(storage, 'DELETE FROM channel_messages WHERE id IN (?, ?)', [position + 1, position + 3]);
  });

  it('what is published twice is stored once, and starts come with it', async () => {
    const { create } = await startHeld(storage);
    const fresh = { ...create, instanceId: randomUUID(), chain: 'c', startedBy: 'm' };
    const [a, b] = [newMessage(channel), newMessage(channel)];
    expect(await storage.messages.store([a], [])).toEqual({ stored: [a.messageId], started: [] });
    expect(await storage.messages.store([a, b, b], [create, fresh])).toEqual({
      stored: [b.messageId],
      started: [fresh.instanceId],
    });
    expect(await storage.instances.get(fresh.instanceId)).toMatchObject({
      chain: 'c',
      startedBy: 'm',
      lockedBy: create.lock?.token,
    });
    expect(await pending(storage, channel)).toHaveLength(2);
  });

  it('nothing is published if an instance cannot be started', async () => {
    const { create } = await startHeld(storage);
    const unknown = { ...create, instanceId: randomUUID(), sourceHash: 'nobody knows' };
    await expect(storage.messages.store([newMessage(channel)], [unknown])).rejects.toMatchObject({
      code: 'ROMANCY_ENTRY_CONFLICT',
      conflict: 'definition',
    });
    expect(await pending(storage, channel)).toEqual([]);
  });

  it('what cannot be stored is a refused value', async () => {
    const long = isMysql
      ? { metadata: JSON.stringify({ m: 'x'.repeat(70_000) }) }
      : { data: name === 'postgres' ? '"\u0000"' : null };
    const error = storage.messages.store([newMessage(channel, long)], []);
    await expect(error).rejects.toMatchObject({ code: 'ROMANCY_ENTRY_CONFLICT', conflict: 'value' });
  });
});
