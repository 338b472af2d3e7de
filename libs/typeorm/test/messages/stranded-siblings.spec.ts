import { randomUUID } from 'node:crypto';
import type { TypeOrmStorage } from '@romancy/typeorm';
import { createDatabase, DATABASES, openStorage, type TestDatabase } from '../support/databases.js';
import { publish } from '../support/messages.js';
import { insertRow, query } from '../support/rows.js';
import { insertSibling, insertSiblingMessage, type SiblingOptions } from '../support/siblings.js';

describe.each(DATABASES)('siblings that wait for what is there on %s', (name) => {
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

  afterEach(async () => {
    await query(storage, 'DELETE FROM channel_subscriptions');
  });

  afterAll(async () => {
    await storage.close();
    await database.drop();
  });

  const sibling = (parts: Partial<SiblingOptions> = {}): Promise<string> =>
    insertSibling(storage, { framework: 'python', channel, ...parts });
  const found = async (limit = 100): Promise<string[]> =>
    (await storage.messages.strandedSiblings(limit)).map(({ instanceId }) => instanceId);

  it('are found, with all that a push needs', async () => {
    const [python, go] = [await sibling(), await sibling({ framework: 'go' })];
    expect(await found()).toEqual([]);
    await insertSiblingMessage(storage, channel);
    const expected = [
      { instanceId: go, framework: 'go', channel, mode: 'broadcast' },
      { instanceId: python, framework: 'python', channel, mode: 'broadcast' },
    ];
    expect(await storage.messages.strandedSiblings(10)).toEqual(expected);
    for (const waiter of expected) expect(await storage.messages.push(waiter as never)).toBe(true);
    expect(await found()).toEqual([]);
  });

  it.each<[string, Partial<SiblingOptions>]>([
    ['that are locked', { lockedBy: 'worker', lockExpires: '2037-01-01 00:00:00' }],
    ['that have ended', { status: 'cancelled' }],
    ['that run', { status: 'running' }],
    ['that wait for nothing', { step: null }],
    ['that listen elsewhere', { channel: 'elsewhere' }],
  ])('are not those %s', async (_, parts) => {
    await sibling(parts);
    await publish(storage, channel);
    expect(await found()).toEqual([]);
  });

  it('are not those whose cursors are past it, whoever has moved them', async () => {
    const { id } = await insertSiblingMessage(storage, channel);
    await sibling({ cursor: id });
    await sibling({ framework: 'go', cursor: id });
    const moved = await sibling({ cursor: id - 1 });
    await insertRow(storage, 'channel_delivery_cursors', { channel, instance_id: moved, last_delivered_id: id });
    const behind = await sibling({ cursor: id - 1 });
    expect(await found()).toEqual([behind]);
  });

  it('are offered jobs of ours that nobody has, and none that Go may have delivered', async () => {
    const worker = await sibling({ mode: 'competing' });
    await insertSiblingMessage(storage, channel);
    expect(await found()).toEqual([]);
    const job = await publish(storage, channel);
    expect(await found()).toEqual([worker]);
    await insertRow(storage, 'channel_message_claims', { message_id: job, instance_id: worker });
    expect(await found()).toEqual([]);
  });

  it('are found a page at a time, all of them', async () => {
    const waiting = [await sibling(), await sibling(), await sibling()].sort();
    await publish(storage, channel);
    expect([await found(2), await found(2), await found(2)]).toEqual([
      waiting.slice(0, 2),
      waiting.slice(2),
      waiting.slice(0, 2),
    ]);
  });
});
