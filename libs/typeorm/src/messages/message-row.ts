import type { MessageBody, MessageRow } from '@romancy/core';
import type { Dialect } from '../dialect/dialect.js';
import type { SqlRow } from '../sql/statement.js';

/** The select list for {@link messageRowOf}. */
export function messageColumns(dialect: Dialect): string {
  return (
    'm.id AS id, m.channel AS channel, m.message_id AS message_id, m.data_type AS data_type, m.data AS data, m.data_binary AS data_binary,' +
    ` m.metadata AS metadata, m.romancy_key AS romancy_key, m.romancy_published_at AS romancy_published_at, ${dialect.toMs('m.published_at')} AS published_at`
  );
}

export function messageRowOf(row: SqlRow): MessageRow {
  return {
    id: Number(row['id']),
    channel: row['channel'] as string,
    messageId: row['message_id'] as string,
    metadata: row['metadata'] as string | null,
    key: row['romancy_key'] as string | null,
    foreign: row['romancy_published_at'] === null,
    publishedAt: Number(row['romancy_published_at'] ?? row['published_at']),
    ...bodyOf(row),
  };
}

/** The body in the columns that hold one. */
export function bodyOf(row: SqlRow): MessageBody {
  return row['data_type'] === 'binary'
    ? { data: null, binary: (row['data_binary'] as Uint8Array | null) ?? new Uint8Array() }
    : { data: (row['data'] as string | null) ?? 'null', binary: null };
}
