import { randomUUID } from 'node:crypto';
import type { TypeOrmStorage } from '@romancy/typeorm';
import { createDatabase, DATABASES, openStorage, type TestDatabase } from '../support/databases.js';
import { query } from '../support/rows.js';
import { insertSibling, insertSiblingMessage, type SiblingOptions } from '../support/siblings.js';

const OLD = { publishedAt: '2020-01-01 00:00:00' };

describe.each(DATABASES)('an old message on a channel of siblings, on %s', (name) => {
  let database: TestDatabase;
  let storage: TypeOrmStorage;
  let channel: string;

  beforeAll(async () => {
    database = await createDatabase(name);
    storage = await openStorage(database);
  }, 120_000);

  beforeEach(() => {
    channel = `news-${randomUUID()}`;
  });

  afterAll(async () => {
    await storage.close();
    await database.drop();
  });

  /** What is left on the channel when everything that is older than a minute is swept. */
  const swept = async (): Promise<readonly unknown[]> => {
    await storage.messages.sweep(60_000, 0, 1000);
    return (await query(storage, 'SELECT id FROM channel_messages WHERE channel = ? ORDER BY id', [channel])).map(
      ({ id }) => Number(id),
    );
  };
  const subscribe = (options: Partial<SiblingOptions>): Promise<string> =>
    insertSibling(storage, { framework: 'python', channel, ...options });

  it.each(['python', 'go'] as const)(
    'stays until a live subscriber of %s has had it, by its own cursor',
    async (framework) => {
      const [had, next] = [
        await insertSiblingMessage(storage, channel, OLD),
        await insertSiblingMessage(storage, channel, OLD),
      ];
      await subscribe({ framework, cursor: had.id });
      expect(await swept()).toEqual([next.id]);
    },
  );

  it('stays for a subscriber that is busy elsewhere, and goes when it has ended', async () => {
    const { id } = await insertSiblingMessage(storage, channel, OLD);
    const instanceId = await subscribe({ status: 'waiting_for_timer', step: null });
    expect(await swept()).toEqual([id]);
    await query(storage, `UPDATE workflow_instances SET status = 'completed' WHERE instance_id = ?`, [instanceId]);
    expect(await swept()).toEqual([]);
  });

  it('takes nothing of the siblings along', async () => {
    const instanceId = await subscribe({ status: 'completed' });
    await insertSiblingMessage(storage, channel, OLD);
    const rows = async (): Promise<unknown> =>
      Promise.all(
        ['workflow_instances', 'channel_subscriptions'].map((table) =>
          query(storage, `SELECT * FROM ${table} WHERE instance_id = ?`, [instanceId]),
        ),
      );
    const before = await rows();
    expect(await swept()).toEqual([]);
    expect(await rows()).toEqual(before);
  });
});
