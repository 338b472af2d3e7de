import { randomUUID } from 'node:crypto';
import type { TypeOrmStorage } from '@romancy/typeorm';
import { DataSource } from 'typeorm';
import { createDatabase, DATABASES, openStorage, type TestDatabase } from '../support/databases.js';
import { emptyEntry, startHeld } from '../support/entries.js';
import { query } from '../support/rows.js';
import { insertSibling, insertSiblingMessage } from '../support/siblings.js';

describe.each(DATABASES)('a job on a channel where siblings are, on %s', (name) => {
  let database: TestDatabase;
  let storage: TypeOrmStorage;
  let channel: string;
  let sibling: string;

  beforeAll(async () => {
    database = await createDatabase(name);
    storage = await openStorage(database);
  }, 120_000);

  beforeEach(async () => {
    channel = `jobs-${randomUUID()}`;
    sibling = await insertSibling(storage, { framework: 'python', channel, mode: 'competing' });
  });

  afterAll(async () => {
    await storage.close();
    await database.drop();
  });

  const take = async (): Promise<string> => {
    const held = await startHeld(storage);
    const report = await storage.messages.claim(channel, () => emptyEntry(held));
    if (report.kind !== 'claimed') throw new Error(`The claim is ${report.kind}.`);
    return report.message.messageId;
  };
  const left = async (table: string, messageId: string): Promise<number> =>
    (await query(storage, `SELECT message_id FROM ${table} WHERE message_id = ?`, [messageId])).length;

  it('shows its claim to a sibling that looked before it was ours, and cannot be claimed again', async () => {
    const { messageId } = await insertSiblingMessage(storage, channel);
    expect(await take()).toBe(messageId);
    expect(await left('channel_message_claims', messageId)).toBe(1);
    // Siblings do not look whether the message is still there, and on SQLite they have foreign keys switched off.
    const theirs = await new DataSource(database.dataSourceOptions()).initialize();
    try {
      if (storage.dialect === 'sqlite') await theirs.query('PRAGMA foreign_keys = OFF');
      const claim = `INSERT INTO channel_message_claims (message_id, instance_id) VALUES ('${messageId}', '${sibling}')`;
      await expect(theirs.query(claim)).rejects.toThrow();
    } finally {
      await theirs.destroy();
    }
    expect(await storage.messages.claim(channel, () => emptyEntry({ instanceId: '', token: '' }))).toEqual({
      kind: 'none',
    });
  });

  it('leaves neither message nor claim for longer than a sibling may take', async () => {
    const { messageId } = await insertSiblingMessage(storage, channel);
    await take();
    await query(storage, `UPDATE channel_message_claims SET claimed_at = '2020-01-01 00:00:00' WHERE message_id = ?`, [
      messageId,
    ]);
    await insertSiblingMessage(storage, channel);
    await take();
    expect(await left('channel_messages', messageId)).toBe(0);
    expect(await left('channel_message_claims', messageId)).toBe(0);
  });

  it('is swept when it is old, although somebody competes for the channel', async () => {
    const [had, waiting] = [
      await insertSiblingMessage(storage, channel, { publishedAt: '2020-01-01 00:00:00' }),
      await insertSiblingMessage(storage, channel, { publishedAt: '2020-01-01 00:00:00' }),
    ];
    expect(await take()).toBe(had.messageId);
    await storage.messages.sweep(60_000, 0, 1000);
    expect(await left('channel_messages', had.messageId)).toBe(0);
    expect(await left('channel_messages', waiting.messageId)).toBe(1);
  });
});
