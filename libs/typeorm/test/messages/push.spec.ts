import type { NewMessage, SiblingWaiter } from '@romancy/core';
import { ChannelScene } from '../support/channel-scene.js';
import { DATABASES, openStorage } from '../support/databases.js';
import { publish as publishOn } from '../support/messages.js';
import { insertRow, query, rowsOf, type Row } from '../support/rows.js';
import type { SiblingOptions } from '../support/siblings.js';

const PAST = '2020-01-01 00:00:00';
const FUTURE = '2037-01-01 00:00:00';

describe.each(DATABASES)('a message that is brought to a sibling on %s', (name) => {
  const scene = new ChannelScene(name);

  const publish = async (parts: Partial<NewMessage> = {}): Promise<{ id: number; messageId: string }> => {
    const message = { data: '{"n":1}', ...parts } as Partial<NewMessage>;
    const messageId = await publishOn(scene.storage, scene.channel, message);
    const [row] = await query(scene.storage, 'SELECT id FROM channel_messages WHERE message_id = ?', [messageId]);
    return { id: Number(row?.['id']), messageId };
  };
  const waiting = async (options: Partial<SiblingOptions> = {}): Promise<SiblingWaiter> => {
    const { framework = 'python', mode = 'broadcast' } = options;
    return { instanceId: await scene.sibling(options), framework, channel: scene.channel, mode };
  };
  const history = async ({ instanceId }: SiblingWaiter): Promise<Row[]> =>
    (
      await query(
        scene.storage,
        'SELECT activity_id, event_type, data_type, event_data FROM workflow_history WHERE instance_id = ? ORDER BY id',
        [instanceId],
      )
    ).map((row) => ({ ...row, event_data: JSON.parse(row['event_data'] as string) as unknown }));
  const received = async (waiter: SiblingWaiter): Promise<unknown> => (await history(waiter))[0]?.['event_data'];
  const instance = async ({ instanceId }: SiblingWaiter): Promise<Row | undefined> =>
    (await rowsOf(scene.storage, 'workflow_instances', 'status, locked_by, lock_expires_at', instanceId))[0];
  const position = async ({ instanceId }: SiblingWaiter): Promise<unknown[]> => {
    const [row] = await rowsOf(
      scene.storage,
      'channel_subscriptions',
      'activity_id, timeout_at, cursor_message_id',
      instanceId,
    );
    const [cursor] = await rowsOf(scene.storage, 'channel_delivery_cursors', 'last_delivered_id', instanceId);
    return [row?.['activity_id'], row?.['timeout_at'], row?.['cursor_message_id'], cursor?.['last_delivered_id']];
  };

  it('has the form that Edda reads, and moves both cursors', async () => {
    const waiter = await waiting();
    const { id, messageId } = await publish({ metadata: '{"source_instance_id":"x"}' });
    expect(await scene.storage.messages.push(waiter)).toBe(true);
    expect(await history(waiter)).toEqual([
      {
        activity_id: `receive_${scene.channel}:1`,
        event_type: 'ChannelMessageReceived',
        data_type: 'json',
        event_data: {
          id: messageId,
          channel: scene.channel,
          channel_name: scene.channel,
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
    expect(await scene.storage.messages.push(waiter)).toBe(true);
    expect(await received(waiter)).toMatchObject({
      id,
      channel_name: scene.channel,
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
        await insertRow(scene.storage, 'channel_delivery_cursors', {
          channel: scene.channel,
          instance_id: waiter.instanceId,
          last_delivered_id: second.id,
        });
      expect(await scene.storage.messages.push(waiter)).toBe(true);
      const expected = framework === 'python' ? third.id : second.id;
      expect((await position(waiter)).slice(2)).toEqual([expected, expected]);
    }
  });

  it('keeps numbers that a program would round', async () => {
    const waiter = await waiting();
    await publish({ data: '{"big":12345678901234567890}' });
    await scene.storage.messages.push(waiter);
    const [row] = await query(scene.storage, 'SELECT event_data FROM workflow_history WHERE instance_id = ?', [
      waiter.instanceId,
    ]);
    expect(row?.['event_data']).toContain('"data":{"big":12345678901234567890}');
  });

  it('carries bytes in text', async () => {
    const bytes = await waiting();
    await publish({ data: null, binary: Uint8Array.of(1, 255) });
    await scene.storage.messages.push(bytes);
    expect(await received(bytes)).toMatchObject({ data: { _binary: 'Af8=' } });
  });

  it('is an event in the envelope for Go, and in the metadata for Python', async () => {
    const [go, python] = [await waiting({ framework: 'go' }), await waiting()];
    const attributes = {
      ce_type: scene.channel,
      ce_source: '/s',
      ce_id: 'e-1',
      ce_time: '2026-01-01T00:00:00Z',
      ce_subject: null,
    };
    await scene.message({
      data: '{"order": 1}',
      metadata: JSON.stringify({ ...attributes, ce_datacontenttype: null, published_at: 'p' }),
    });
    expect([await scene.storage.messages.push(go), await scene.storage.messages.push(python)]).toEqual([true, true]);
    expect(await received(go)).toMatchObject({
      data: {
        id: 'e-1',
        type: scene.channel,
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
    const envelope = { id: 'e-2', type: scene.channel, source: '/go', specversion: '1.0', data: { order: 2 } };
    await scene.message({ data: JSON.stringify(envelope) });
    await scene.storage.messages.push(go);
    await scene.storage.messages.push(python);
    expect(await received(go)).toMatchObject({ data: envelope });
    expect(await received(python)).toMatchObject({
      data: { order: 2 },
      metadata: { ce_type: scene.channel, ce_source: '/go', ce_id: 'e-2' },
    });
  });

  it('is none that an event has addressed to another instance', async () => {
    const waiter = await waiting();
    const to = (instanceId: string, extension: string): string =>
      JSON.stringify({
        ce_type: scene.channel,
        ce_source: '/s',
        ce_id: '1',
        ce_extensions: { [extension]: instanceId },
      });
    await publish({ metadata: to('somebody-else', 'eddainstanceid') });
    await publish({ metadata: to('somebody-else', 'romancyinstanceid') });
    expect(await scene.storage.messages.push(waiter)).toBe(false);
    const mine = await publish({ metadata: to(waiter.instanceId, 'romancyinstanceid') });
    expect(await scene.storage.messages.push(waiter)).toBe(true);
    expect((await position(waiter))[2]).toBe(mine.id);
  });

  it('of a competing channel is gone, and claimed ones are left alone', async () => {
    const [python, go] = [await waiting({ mode: 'competing' }), await waiting({ framework: 'go', mode: 'competing' })];
    const [claimed, first, second] = [await publish(), await publish({ data: '1' }), await publish({ data: '2' })];
    await insertRow(scene.storage, 'channel_message_claims', {
      message_id: claimed.messageId,
      instance_id: go.instanceId,
    });
    expect(await scene.storage.messages.push(python)).toBe(true);
    expect(await scene.storage.messages.push(go)).toBe(true);
    expect([await received(python), await received(go)]).toMatchObject([
      { id: first.messageId, data: 1 },
      { id: second.id, data: 2 },
    ]);
    const claims = await query(
      scene.storage,
      'SELECT c.instance_id FROM channel_messages m JOIN channel_message_claims c ON c.message_id = m.message_id WHERE m.channel = ? ORDER BY m.id',
      [scene.channel],
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
    expect(await scene.storage.messages.push(waiter)).toBe(false);
    expect(await history(waiter)).toEqual([]);
    expect([await instance(waiter), await position(waiter)]).toEqual(before);
  });

  it('reaches an instance whose lock has expired', async () => {
    const waiter = await waiting({ lockedBy: 'dead', lockExpires: PAST });
    await publish();
    expect(await scene.storage.messages.push(waiter)).toBe(true);
  });

  it('is brought once by two who try at the same time', async () => {
    const waiter = await waiting();
    await publish();
    await publish();
    const second = await openStorage(scene.database);
    try {
      const brought = await Promise.all(
        [scene.storage, second, scene.storage, second].map((one) => one.messages.push(waiter)),
      );
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
    const { siblings, ours } = await scene.storage.messages.waiters([{ channel: scene.channel, key: '' }]);
    expect(ours).toEqual([]);
    expect([...siblings].sort((a, b) => (a.framework < b.framework ? 1 : -1))).toEqual(waiters);
  });
});
