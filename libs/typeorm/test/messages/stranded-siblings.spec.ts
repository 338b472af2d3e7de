import { ChannelScene } from '../support/channel-scene.js';
import { DATABASES } from '../support/databases.js';
import { publish } from '../support/messages.js';
import { insertRow, query } from '../support/rows.js';
import type { SiblingOptions } from '../support/siblings.js';

describe.each(DATABASES)('siblings that wait for what is there on %s', (name) => {
  const scene = new ChannelScene(name);

  afterEach(async () => {
    await query(scene.storage, 'DELETE FROM channel_subscriptions');
  });

  const found = async (limit = 100): Promise<string[]> =>
    (await scene.storage.messages.strandedSiblings(limit)).map(({ instanceId }) => instanceId);

  it('are found, with all that a push needs', async () => {
    const [python, go] = [await scene.sibling(), await scene.sibling({ framework: 'go' })];
    expect(await found()).toEqual([]);
    await scene.message();
    const expected = [
      { instanceId: go, framework: 'go', channel: scene.channel, mode: 'broadcast' },
      { instanceId: python, framework: 'python', channel: scene.channel, mode: 'broadcast' },
    ];
    expect(await scene.storage.messages.strandedSiblings(10)).toEqual(expected);
    for (const waiter of expected) expect(await scene.storage.messages.push(waiter as never)).toBe(true);
    expect(await found()).toEqual([]);
  });

  it.each<[string, Partial<SiblingOptions>]>([
    ['that are locked', { lockedBy: 'worker', lockExpires: '2037-01-01 00:00:00' }],
    ['that have ended', { status: 'cancelled' }],
    ['that run', { status: 'running' }],
    ['that wait for nothing', { step: null }],
    ['that listen elsewhere', { channel: 'elsewhere' }],
  ])('are not those %s', async (_, parts) => {
    await scene.sibling(parts);
    await publish(scene.storage, scene.channel);
    expect(await found()).toEqual([]);
  });

  it('are not those whose cursors are past it, whoever has moved them', async () => {
    const { id } = await scene.message();
    await scene.sibling({ cursor: id });
    await scene.sibling({ framework: 'go', cursor: id });
    const moved = await scene.sibling({ cursor: id - 1 });
    await insertRow(scene.storage, 'channel_delivery_cursors', {
      channel: scene.channel,
      instance_id: moved,
      last_delivered_id: id,
    });
    const behind = await scene.sibling({ cursor: id - 1 });
    expect(await found()).toEqual([behind]);
  });

  it('are offered jobs of ours that nobody has, and none that Go may have delivered', async () => {
    const worker = await scene.sibling({ mode: 'competing' });
    await scene.message();
    expect(await found()).toEqual([]);
    const job = await publish(scene.storage, scene.channel);
    expect(await found()).toEqual([worker]);
    await insertRow(scene.storage, 'channel_message_claims', { message_id: job, instance_id: worker });
    expect(await found()).toEqual([]);
  });

  it('are found a page at a time, all of them', async () => {
    const waiting = [await scene.sibling(), await scene.sibling(), await scene.sibling()].sort();
    await publish(scene.storage, scene.channel);
    expect([await found(2), await found(2), await found(2)]).toEqual([
      waiting.slice(0, 2),
      waiting.slice(2),
      waiting.slice(0, 2),
    ]);
  });
});
