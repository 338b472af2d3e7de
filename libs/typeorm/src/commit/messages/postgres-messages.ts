import type { NewMessage } from '@romancy/core';
import { hotStatement } from '../../connection/hot-statements.js';
import { noticeOfMessages, MESSAGE_CHANNEL } from '../../notifications/message-notices.js';
import { runOne, type SqlProgram } from '../../sql/program.js';
import { sql, type SqlStatement } from '../../sql/statement.js';
import { timestampOf } from '../postgres/cte-part.js';
import type { MessageWriter } from './message-writer.js';

/** First half of the keys of our advisory locks ("roma"); the second is the channel. */
const LOCKS = 1_919_905_121;
// In the order of the hashes, and each once. Aggregates are what makes everything else wait for all of them.
const CHANNEL_LOCKS =
  `SELECT count(pg_advisory_xact_lock(${LOCKS}, c.hash)) AS n FROM (SELECT DISTINCT hashtext(channel) AS hash` +
  ` FROM unnest($1::text[]) AS channel ORDER BY hash) AS c`;

/**
 * Locks, rows and notifications in one statement. The ids are taken by the INSERT for rows that are joined with the locks, so afterwards; the
 * notifications are delivered by the commit.
 */
const STORE = hotStatement(
  `WITH k AS MATERIALIZED (${CHANNEL_LOCKS}), m AS (INSERT INTO channel_messages (channel, message_id, data_type, data, data_binary, metadata,` +
    ` published_at, romancy_published_at, romancy_key)` +
    ` SELECT r.channel, r.id, CASE WHEN r.bytes IS NULL THEN 'json' ELSE 'binary' END, r.data, r.bytes, r.metadata, ${timestampOf('r.ms')}, r.ms, r.key` +
    ` FROM k CROSS JOIN unnest($1::text[], $2::text[], $3::text[], $4::bytea[], $5::text[], $6::bigint[], $7::text[])` +
    ` WITH ORDINALITY AS r (channel, id, data, bytes, metadata, ms, key, n) ORDER BY r.n ON CONFLICT (message_id) DO NOTHING RETURNING message_id)` +
    ` SELECT (SELECT array_agg(message_id) FROM m) AS stored,` +
    ` (SELECT count(pg_notify('${MESSAGE_CHANNEL}', payload)) FROM unnest($8::text[]) AS payload) AS notified`,
);

/** PostgreSQL: the lock of a channel is an advisory one, which ends with the transaction. */
export class PostgresMessages implements MessageWriter {
  constructor(private readonly notifies: boolean) {}

  lock(channel: string): readonly SqlStatement[] {
    return [sql(CHANNEL_LOCKS, [[channel]])];
  }

  *write(messages: readonly NewMessage[]): SqlProgram<void> {
    yield* this.store(messages);
  }

  *store(messages: readonly NewMessage[]): SqlProgram<readonly string[]> {
    if (messages.length === 0) return [];
    const { rows } = yield* runOne(
      sql(STORE, [
        messages.map(({ channel }) => channel),
        messages.map(({ messageId }) => messageId),
        messages.map(({ data }) => data),
        messages.map(({ binary }) => binary),
        messages.map(({ metadata }) => metadata),
        messages.map(({ publishedAt }) => publishedAt),
        messages.map(({ key }) => key),
        this.notifies ? noticeOfMessages(messages) : [],
      ]),
    );
    return (rows[0]?.['stored'] as string[] | null) ?? [];
  }
}
