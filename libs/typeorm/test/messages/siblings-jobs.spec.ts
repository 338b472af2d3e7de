import { DataSource } from 'typeorm';
import { ChannelScene } from '../support/channel-scene.js';
import { DATABASES } from '../support/databases.js';
import { emptyEntry, startHeld } from '../support/entries.js';
import { query } from '../support/rows.js';

describe.each(DATABASES)('a job on a channel where siblings are, on %s', (name) => {
  const scene = new ChannelScene(name);
  let sibling: string;

  beforeEach(async () => {
    sibling = await scene.sibling({ mode: 'competing' });
  });

  const take = async (): Promise<string> => {
    const held = await startHeld(scene.storage);
    const report = await scene.storage.messages.claim(scene.channel, () => emptyEntry(held));
    if (report.kind !== 'claimed') throw new Error(`The claim is ${report.kind}.`);
    return report.message.messageId;
  };
  const left = async (table: string, messageId: string): Promise<number> =>
    (await query(scene.storage, `SELECT message_id FROM ${table} WHERE message_id = ?`, [messageId])).length;

  it('shows its claim to a sibling that looked before it was ours, and cannot be claimed again', async () => {
    const { messageId } = await scene.message();
    expect(await take()).toBe(messageId);
    expect(await left('channel_message_claims', messageId)).toBe(1);
    // Siblings do not look whether the message is still there, and on SQLite they have foreign keys switched off.
    const theirs = await new DataSource(scene.database.dataSourceOptions()).initialize();
    try {
      if (scene.storage.dialect === 'sqlite') await theirs.query('PRAGMA foreign_keys = OFF');
      const claim = `INSERT INTO channel_message_claims (message_id, instance_id) VALUES ('${messageId}', '${sibling}')`;
      await expect(theirs.query(claim)).rejects.toThrow();
    } finally {
      await theirs.destroy();
    }
    expect(await scene.storage.messages.claim(scene.channel, () => emptyEntry({ instanceId: '', token: '' }))).toEqual({
      kind: 'none',
    });
  });

  it('leaves neither message nor claim for longer than a sibling may take', async () => {
    const { messageId } = await scene.message();
    await take();
    await query(
      scene.storage,
      `UPDATE channel_message_claims SET claimed_at = '2020-01-01 00:00:00' WHERE message_id = ?`,
      [messageId],
    );
    await scene.message();
    await take();
    expect(await left('channel_messages', messageId)).toBe(0);
    expect(await left('channel_message_claims', messageId)).toBe(0);
  });

  it('is swept when it is old, although somebody competes for the channel', async () => {
    const [had, waiting] = [
      await scene.message({ publishedAt: '2020-01-01 00:00:00' }),
      await scene.message({ publishedAt: '2020-01-01 00:00:00' }),
    ];
    expect(await take()).toBe(had.messageId);
    await scene.storage.messages.sweep(60_000, 0, 1000);
    expect(await left('channel_messages', had.messageId)).toBe(0);
    expect(await left('channel_messages', waiting.messageId)).toBe(1);
  });
});
