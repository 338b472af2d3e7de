import { randomUUID } from 'node:crypto';
import type { CommitEntry, NewMessage, NewSubscription } from '@romancy/core';
import type { TypeOrmStorage } from '@romancy/typeorm';
import { createDatabase, DATABASES, openStorage, type TestDatabase } from '../support/databases.js';
import { emptyEntry, historyRow, newInstance, startHeld, write, type Held } from '../support/entries.js';
import { plain, query, rowsOf, type Row } from '../support/rows.js';

const NOON = Date.parse('2026-03-01T12:00:00.123Z');

function message(parts: Partial<NewMessage> = {}): NewMessage {
  return {
    channel: `c-${randomUUID()}`,
    messageId: randomUUID(),
    metadata: '{"m":1}',
    key: '',
    publishedAt: NOON,
    data: '{"a":"ü"}',
    binary: null,
    ...parts,
  } as NewMessage;
}

function subscription(channel: string, parts: Partial<NewSubscription> = {}): NewSubscription {
  return { channel, mode: 'broadcast', cursor: 7, since: null, seen: [], ...parts };
}

describe.each(DATABASES)('rows of channels that entries write on %s', (name) => {
  let database: TestDatabase;
  let storage: TypeOrmStorage;
  let held: Held;

  beforeAll(async () => {
    database = await createDatabase(name);
    storage = await openStorage(database);
  }, 120_000);

  beforeEach(async () => {
    held = await startHeld(storage);
  });

  afterAll(async () => {
    await storage.close();
    await database.drop();
  });

  const record = (parts: Partial<CommitEntry>) => write(storage, [emptyEntry(held, parts)]);
  const stored = async (channel: string): Promise<Row[]> =>
    (
      await query(
        storage,
        'SELECT message_id, data_type, data, data_binary, metadata, romancy_key, romancy_published_at FROM channel_messages WHERE channel = ? ORDER BY id',
        [channel],
      )
    ).map(plain);
  const subscriptions = () =>
    rowsOf(
      storage,
      'channel_subscriptions',
      'channel, mode, activity_id, cursor_message_id, timeout_at, romancy_cursor, romancy_since, romancy_seen',
      held.instanceId,
    );
  const cursors = () => rowsOf(storage, 'channel_delivery_cursors', 'channel, last_delivered_id', held.instanceId);
  const waits = () => rowsOf(storage, 'romancy_waits', 'step_id, channel, wait_key, after_id, since', held.instanceId);

  it('are messages in the form of the family, with our own columns', async () => {
    const text = message({ key: 'k' });
    const bytes = message({
      channel: text.channel,
      metadata: null,
      key: null,
      data: null,
      binary: Uint8Array.of(0, 255),
    });
    await record({ messages: [text, bytes, { ...text, data: '"again"' } as NewMessage] });
    const rows = await stored(text.channel);
    expect(
      rows.map((row) => ({ ...row, data_binary: row['data_binary'] && [...(row['data_binary'] as Buffer)] })),
    ).toEqual([
      {
        message_id: text.messageId,
        data_type: 'json',
        data: text.data,
        data_binary: null,
        metadata: '{"m":1}',
        romancy_key: 'k',
        romancy_published_at: NOON,
      },
      {
        message_id: bytes.messageId,
        data_type: 'binary',
        data: null,
        data_binary: [0, 255],
        metadata: null,
        romancy_key: null,
        romancy_published_at: NOON,
      },
    ]);
  });

  it('are subscriptions with the cursors of both siblings, and no mark of a wait', async () => {
    const row = subscription('news', { since: NOON, seen: [5, 6] });
    await record({ addSubscriptions: [row, { ...row, cursor: 99 }] });
    await record({ addSubscriptions: [subscription('news', { cursor: 1 })] });
    expect(await subscriptions()).toEqual([
      {
        channel: 'news',
        mode: 'broadcast',
        activity_id: null,
        cursor_message_id: 7,
        timeout_at: null,
        romancy_cursor: 7,
        romancy_since: NOON,
        romancy_seen: '[5,6]',
      },
    ]);
    expect(await cursors()).toEqual([{ channel: 'news', last_delivered_id: 7 }]);
    expect((await storage.runState.load(held.instanceId)).subscriptions).toEqual([row]);
  });

  it('move all three cursors, also of a subscription that the same entry adds', async () => {
    await record({ addSubscriptions: [subscription('old')] });
    await record({
      addSubscriptions: [subscription('new')],
      cursors: [
        { channel: 'old', cursor: 20 },
        { channel: 'new', cursor: 21 },
      ],
    });
    expect(
      (await subscriptions()).map((row) => [row['channel'], row['cursor_message_id'], row['romancy_cursor']]).sort(),
    ).toEqual([
      ['new', 21, 21],
      ['old', 20, 20],
    ]);
    expect((await cursors()).map((row) => [row['channel'], row['last_delivered_id']]).sort()).toEqual([
      ['new', 21],
      ['old', 20],
    ]);
  });

  it('are waits, which go with their step or their channel', async () => {
    const wait = (stepId: string, channel: string, key: string | null = null) => ({
      stepId,
      channel,
      key,
      after: 3,
      since: NOON,
    });
    await record({
      addSubscriptions: [subscription('a'), subscription('b')],
      addWaits: [wait('r:1', 'a', 'k'), wait('r:1', 'b'), wait('r:2', 'a'), wait('r:3', 'b')],
    });
    expect((await storage.runState.waits(held.instanceId)).length).toBe(4);
    await record({ removeWaits: ['r:2'], removeSubscriptions: ['b'], addWaits: [wait('r:2', 'a')] });
    expect(await waits()).toEqual([{ step_id: 'r:1', channel: 'a', wait_key: 'k', after_id: 3, since: NOON }]);
    expect((await subscriptions()).map(({ channel }) => channel)).toEqual(['a']);
    expect((await cursors()).map(({ channel }) => channel)).toEqual(['a']);
    expect((await storage.runState.load(held.instanceId)).waits).toEqual([wait('r:1', 'a', 'k')]);
  });

  it('are gone with the end of the instance', async () => {
    await record({
      addSubscriptions: [subscription('a')],
      addWaits: [{ stepId: 'r:1', channel: 'a', key: null, after: 0, since: null }],
      joinGroups: ['g'],
    });
    await record({
      status: 'completed',
      output: 'null',
      release: true,
      cleanUp: true,
      addSubscriptions: [subscription('b')],
    });
    expect(await Promise.all([subscriptions(), cursors(), waits()])).toEqual([[], [], []]);
    expect(await rowsOf(storage, 'workflow_group_memberships', 'group_name', held.instanceId)).toEqual([]);
  });

  it('of a refused entry are none, and the others of its group are written', async () => {
    const other = await startHeld(storage);
    const [refused, kept] = [message(), message()];
    const verdicts = await write(storage, [
      emptyEntry({ ...held, token: 'somebody else' }, { messages: [refused], addSubscriptions: [subscription('x')] }),
      emptyEntry(other, { messages: [kept] }),
    ]);
    expect(verdicts.map(({ kind }) => kind)).toEqual(['refused', 'done']);
    expect(await stored(refused.channel)).toEqual([]);
    expect(await stored(kept.channel)).toHaveLength(1);
    expect(await subscriptions()).toEqual([]);
  });

  it('of an entry that cannot be stored are none either', async () => {
    await record({ history: [historyRow('a:1')] });
    const lost = message();
    await expect(record({ history: [historyRow('a:1')], messages: [lost] })).rejects.toMatchObject({
      code: 'ROMANCY_ENTRY_CONFLICT',
    });
    expect(await stored(lost.channel)).toEqual([]);
  });

  it('move to the next generation, with the history in the archive', async () => {
    await record({
      history: [historyRow('a:1'), historyRow('b:1', { data: null, binary: Uint8Array.of(1, 2) })],
      compensations: [{ activityId: 'a:1', activityName: 'undo', args: '[]' }],
      addSubscriptions: [subscription('a')],
      addWaits: [{ stepId: 'r:1', channel: 'a', key: null, after: 0, since: null }],
      joinGroups: ['first'],
    });
    const next = newInstance({ continuedFrom: held.instanceId, chain: held.instanceId, startedBy: 'm-1' });
    await record({
      history: [historyRow('c:1')],
      joinGroups: ['second'],
      status: 'recurred',
      release: true,
      cleanUp: true,
      recur: next,
      recurSubscriptions: [subscription('a', { cursor: 12, seen: [14] })],
      messages: [message({ channel: 'said by the old one' })],
    });
    expect(await storage.instances.get(held.instanceId)).toMatchObject({ status: 'recurred', lockedBy: null });
    expect(await storage.instances.get(next.instanceId)).toMatchObject({
      status: 'running',
      lockedBy: next.lock?.token,
      continuedFrom: held.instanceId,
      chain: held.instanceId,
      startedBy: 'm-1',
    });
    const archived = await query(
      storage,
      'SELECT activity_id, data_type, event_data, romancy_time FROM workflow_history_archive WHERE instance_id = ? ORDER BY id',
      [held.instanceId],
    );
    expect(archived.map((row) => [row['activity_id'], row['data_type']])).toEqual([
      ['a:1', 'json'],
      ['b:1', 'binary'],
      ['c:1', 'json'],
    ]);
    expect(await storage.history.read(held.instanceId, 0, 10)).toEqual([]);
    expect(await storage.runState.compensations(held.instanceId)).toEqual([]);
    expect(await storage.runState.compensations(next.instanceId)).toHaveLength(1);
    expect([await storage.messages.members('first'), await storage.messages.members('second')]).toEqual([
      [next.instanceId],
      [next.instanceId],
    ]);
    expect(await Promise.all([subscriptions(), cursors(), waits()])).toEqual([[], [], []]);
    const state = await storage.runState.load(next.instanceId);
    expect(state.subscriptions).toEqual([subscription('a', { cursor: 12, seen: [14] })]);
    expect(await stored('said by the old one')).toHaveLength(1);
  });

  it('stay where they are if the next generation exists', async () => {
    const next = await startHeld(storage);
    await record({ history: [historyRow('a:1')], joinGroups: ['g-kept'] });
    const lost = message();
    await expect(
      record({ status: 'recurred', release: true, cleanUp: true, recur: next.create, messages: [lost] }),
    ).rejects.toMatchObject({ code: 'ROMANCY_ENTRY_CONFLICT', conflict: 'unique' });
    expect(await storage.instances.get(held.instanceId)).toMatchObject({ status: 'running', lockedBy: held.token });
    expect(await storage.history.read(held.instanceId, 0, 10)).toHaveLength(1);
    expect(await storage.messages.members('g-kept')).toEqual([held.instanceId]);
    expect(await stored(lost.channel)).toEqual([]);
  });
});
