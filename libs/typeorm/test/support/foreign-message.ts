import type { TypeOrmStorage } from '@romancy/typeorm';
import type { ForeignMessage } from '@romancy/testing/contract';
import { insertRow, query } from './rows.js';

/**
 * Publishes as a sibling does, in a transaction of its own that takes the id now and commits later. SQLite has one writer at a time, so there the
 * id is only used up now, and written under that number later.
 */
export async function beginForeignMessage(
  storage: TypeOrmStorage,
  { channel, messageId, data, metadata }: ForeignMessage,
): Promise<() => Promise<number>> {
  const row = { channel, message_id: messageId, data_type: 'json', data, metadata };
  const idOf = (rows: readonly { readonly id?: unknown }[]): number => Number(rows[0]?.id);
  if (storage.dialect === 'sqlite') {
    await insertRow(storage, 'channel_messages', row);
    const id = idOf(await query(storage, 'SELECT id FROM channel_messages WHERE message_id = ?', [messageId]));
    await query(storage, 'DELETE FROM channel_messages WHERE id = ?', [id]);
    return async () => {
      await insertRow(storage, 'channel_messages', { id, ...row });
      return id;
    };
  }
  const runner = storage.dataSource.createQueryRunner();
  await runner.startTransaction();
  const send = (text: string, params: readonly unknown[]): Promise<{ id?: unknown }[]> => {
    let index = 0;
    const placed = storage.dialect === 'postgres' ? text.replace(/\?/g, () => `$${++index}`) : text;
    return runner.query(placed, [...params]) as Promise<{ id?: unknown }[]>;
  };
  await send(
    'INSERT INTO channel_messages (channel, message_id, data_type, data, metadata) VALUES (?, ?, ?, ?, ?)',
    Object.values(row),
  );
  const id = idOf(await send('SELECT id FROM channel_messages WHERE message_id = ?', [messageId]));
  return async () => {
    await runner.commitTransaction();
    await runner.release();
    return id;
  };
}
