import { randomUUID } from 'node:crypto';
import type { NewMessage, SiblingWaiter } from '@romancy/core';
import type { TypeOrmStorage } from '@romancy/typeorm';
import { createDatabase, DATABASES, openStorage, type TestDatabase } from '../support/databases.js';
import { insertRow, query, rowsOf, type Row } from '../support/rows.js';
import { insertSibling, insertSiblingMessage, type SiblingOptions } from '../support/siblings.js';

const NOON = Date.parse('2026-03-01T12:00:00.123Z');
const PAST = '2020-01-01 00:00:00';
const FUTURE = '2037-01-01 00:00:00';

describe.each(DATABASES)('a message that is brought to a sibling on %s', (name) => {
  let database: TestDatabase;
  let storage: TypeOrmStorage;
  let channel: string;

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

  const publish = async (parts: Partial<NewMessage> = {}): Promise<{ id: number; messageId: string }> => {
    const messageId = randomUUID();
    const message = { channel, messageId, metadata: null, key: '', publishedAt: NOON, data: '{"n":1}', binary: null };
    await storage.messages.store([{ ...message, ...parts } as NewMessage], []);
    const [row] = await query(storage, 'SELECT id FROM channel_messages WHERE message_id = ?', [messageId]);
    return { id: Number(row?.['id']), messageId };
  };
  const waiting = async (options: Partial<SiblingOptions> = {}): Promise<SiblingWaiter> => {
    const sibling = { framework: 'python', channel, ...options } as const;
    const instanceId = await insertSibling(storage, sibling);
    return { instanceId, framework: sibling.framework, channel, mode: sibling.mode ?? 'broadcast' };
  };
  const history = async ({ instanceId }: SiblingWaiter): Promise<Row[]> =>
    (
      await query(
        storage,
        'SELECT activity_id, event_type, data_type, event_data FROM workflow_history WHERE instance_id = ? ORDER BY id',
        [instanceId],
      )
    ).map((row) => ({ ...row, event_data: JSON.parse(row['event_data'] as string) as unknown }));
  const received = async (waiter: SiblingWaiter): Promise<unknown> => (await history(waiter))[0]?.['event_data'];
  const instance = async ({ instanceId }: SiblingWaiter): Promise<Row | undefined> =>
    (await rowsOf(storage, 'workflow_instances', 'status, locked_by, lock_expires_at', instanceId))[0];
  const position = async ({ instanceId }: SiblingWaiter): Promise<unknown[]> => {
    const [row] = await rowsOf(
      storage,
      'channel_subscriptions',
      'activity_id, timeout_at, cursor_message_id',
      instanceId,
    );
    const [cursor] = await rowsOf(storage, 'channel_delivery_cursors', 'last_delivered_id', instanceId);
    return [row?.['activity_id'], row?.['timeout_at'], row?.['cursor_message_id'], cursor?.['last_delivered_id']];
  };

  it('has the form that Edda reads, and moves both cursors', async () => {
    const waiter = await waiting();
    const { id, messageId } = await publish({ metadata: '{"source_instance_id":"x"}' });
    expect(await storage.messages.push(waiter)).toBe(true);
    expect(await history(waiter)).toEqual([
      {
        activity_id: `receive_${channel}:1`,
        event_type: 'ChannelMessageReceived',
        data_type: 'json',
        event_data: {
          id: messageId,
          channel,
          channel_name: channel,
          data: { n: 1 },
          metadata: { source_instance_id: 'x' },
          published_at: '2026-03-01T12:00:00.123+00:00',
          created_at: expect.stringMatching(/^\d{4}-.*\+00:00$/),
        },
      },
    ]);
    expect(await position(waiter)).toEqual([null, null, id, id]);
    expect(await instance(waiter)).toEqual({ status: 'running', locked_by: null, lock_expires_at: null });
  });

  it('has the form that Romancy for Go reads', async () => {
    const waiter = await waiting({ framework: 'go' });
    const { id } = await publish();
    expect(await storage.messages.push(waiter)).toBe(true);
    expect(await received(waiter)).toMatchObject({
      id,
      channel_name: channel,
      created_at: '2026-03-01T12:00:00.123+00:00',
      data: { n: 1 },
      metadata: {},
    });
    expect(await position(waiter)).toEqual([null, null, id, id]);
  });

  it('is the oldest that neither cursor has passed', async () => {
    const [first, second, third] = [await publish(), await publish(), await publish()];
    for (const framework of ['python', 'go'] as const) {
      const waiter = await waiting({ framework, cursor: first.id });
      // The other sibling has moved its cursor when it delivered.
      if (framework === 'python')
        await insertRow(storage, 'channel_delivery_cursors', {
          channel,
          instance_id: waiter.instanceId,
          last_delivered_id: second.id,
        });
      expect(await storage.messages.push(waiter)).toBe(true);
      const expected = framework === 'python' ? third.id : second.id;
      expect((await position(waiter)).slice(2)).toEqual([expected, expected]);
    }
  });

  it('keeps numbers that a program would round', async () => {
    const waiter = await waiting();
    await publish({ data: '{"big":12345678901234567890}' });
    await storage.messages.push(waiter);
    const [row] = await query(storage, 'SELECT event_data FROM workflow_history WHERE instance_id = ?', [
      waiter.instanceId,
    ]);
    expect(row?.['event_data']).toContain('"data":{"big":12345678901234567890}');
  });

  it('carries bytes in text', async () => {
    const bytes = await waiting();
    await publish({ data: null, binary: Uint8Array.of(1, 255) });
    await storage.messages.push(bytes);
    expect(await received(bytes)).toMatchObject({ data: { _binary: 'Af8=' } });
  });

  it('is an event in the envelope for Go, and in the metadata for Python', async () => {
    const [go, python] = [await waiting({ framework: 'go' }), await waiting()];
    const attributes = {
      ce_type: channel,
      ce_source: '/s',
      ce_id: 'e-1',
      ce_time: '2026-01-01T00:00:00Z',
      ce_subject: null,
    };
    await insertSiblingMessage(storage, channel, {
      data: '{"order": 1}',
      metadata: JSON.stringify({ ...attributes, ce_datacontenttype: null, published_at: 'p' }),
    });
    expect([await storage.messages.push(go), await storage.messages.push(python)]).toEqual([true, true]);
    expect(await received(go)).toMatchObject({
      data: {
        id: 'e-1',
        type: channel,
        source: '/s',
        specversion: '1.0',
        time: '2026-01-01T00:00:00Z',
        data: { order: 1 },
      },
    });
    expect(await received(python)).toMatchObject({ data: { order: 1 }, metadata: attributes });
  });

  it('that Go has stored as an event has its attributes in the metadata for Python', async () => {
    const [go, python] = [await waiting({ framework: 'go' }), await waiting()];
    const envelope = { id: 'e-2', type: channel, source: '/go', specversion: '1.0', data: { order: 2 } };
    await insertSiblingMessage(storage, channel, { data: JSON.stringify(envelope) });
    await storage.messages.push(go);
    await storage.messages.push(python);
    expect(await received(go)).toMatchObject({ data: envelope });
    expect(await received(python)).toMatchObject({
      data: { order: 2 },
      metadata: { ce_type: channel, ce_source: '/go', ce_id: 'e-2' },
    });
  });

  it('is none that an event has addressed to another instance', async () => {
    const waiter = await waiting();
    const to = (instanceId: string, extension: string): string =>
      JSON.stringify({ ce_type: channel, ce_source: '/s', ce_id: '1', ce_extensions: { [extension]: instanceId } });
    await publish({ metadata: to('somebody-else', 'eddainstanceid') });
    await publish({ metadata: to('somebody-else', 'romancyinstanceid') });
    expect(await storage.messages.push(waiter)).toBe(false);
    const mine = await publish({ metadata: to(waiter.instanceId, 'romancyinstanceid') });
    expect(await storage.messages.push(waiter)).toBe(true);
    expect((await position(waiter))[2]).toBe(mine.id);
  });

  it('of a competing channel is gone, and claimed ones are left alone', async () => {
    const [python, go] = [await waiting({ mode: 'competing' }), await waiting({ framework: 'go', mode: 'competing' })];
    const [claimed, first, second] = [await publish(), await publish({ data: '1' }), await publish({ data: '2' })];
    await insertRow(storage, 'channel_message_claims', { message_id: claimed.messageId, instance_id: go.instanceId });
    expect(await storage.messages.push(python)).toBe(true);
    expect(await storage.messages.push(go)).toBe(true);
    expect([await received(python), await received(go)]).toMatchObject([
      { id: first.messageId, data: 1 },
      { id: second.id, data: 2 },
    ]);
    const claims = await query(
      storage,
      'SELECT c.instance_id FROM channel_messages m JOIN channel_message_claims c ON c.message_id = m.message_id WHERE m.channel = ? ORDER BY m.id',
      [channel],
    );
    expect(claims.map((row) => row['instance_id'])).toEqual([go, python, go].map(({ instanceId }) => instanceId));
    expect(await position(python)).toEqual([null, null, null, undefined]);
  });

  it.each<[string, Partial<SiblingOptions>]>([
    ['is locked', { lockedBy: 'worker', lockExpires: FUTURE }],
    ['has been cancelled', { status: 'cancelled' }],
    ['runs', { status: 'running' }],
    ['waits for nothing', { step: null }],
  ])('does not reach an instance that %s', async (_, options) => {
    const waiter = await waiting(options);
    await publish();
    const before = [await instance(waiter), await position(waiter)];
    expect(await storage.messages.push(waiter)).toBe(false);
    expect(await history(waiter)).toEqual([]);
    expect([await instance(waiter), await position(waiter)]).toEqual(before);
  });

  it('reaches an instance whose lock has expired', async () => {
    const waiter = await waiting({ lockedBy: 'dead', lockExpires: PAST });
    await publish();
    expect(await storage.messages.push(waiter)).toBe(true);
  });

  it('is brought once by two who try at the same time', async () => {
    const waiter = await waiting();
    await publish();
    await publish();
    const second = await openStorage(database);
    try {
      const brought = await Promise.all([storage, second, storage, second].map((one) => one.messages.push(waiter)));
      expect(brought.filter(Boolean)).toHaveLength(1);
      expect(await history(waiter)).toHaveLength(1);
    } finally {
      await second.close();
    }
  });

  it('is for those that the channel names as waiting', async () => {
    const waiters = [await waiting(), await waiting({ framework: 'go' })];
    await waiting({ step: null });
    await waiting({ status: 'cancelled' });
    const { siblings, ours } = await storage.messages.waiters([{ channel, key: '' }]);
    expect(ours).toEqual([]);
    expect([...siblings].sort((a, b) => (a.framework < b.framework ? 1 : -1))).toEqual(waiters);
  });
});
