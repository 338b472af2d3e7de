import type { NewMessage, PublishedTo } from '@romancy/core';
import type { MessageWriter } from '../commit/messages/message-writer.js';
import type { Dialect } from '../dialect/dialect.js';
import { run, runOne, type SqlProgram } from '../sql/program.js';
import { chunks, placeholders, sql, type SqlRow, type SqlStatement } from '../sql/statement.js';
import { TableInsert } from '../sql/table-insert.js';
import { bodyOf } from './message-row.js';

/** Messages of one transaction that moves them. */
export const STAGED_AT_ONCE = 200;
// What is younger is being moved by the process that has staged it.
const LEFT_OVER_MS = 5000;
const COLUMNS = 'id, message_id, channel, data_type, data, data_binary, metadata, message_key, published_at';

/** Messages that were published in a transaction of the application's and wait beside their channels. */
export class StagedMessages {
  readonly #insert: TableInsert;

  constructor(private readonly dialect: Dialect) {
    this.#insert = new TableInsert(
      'romancy_staged_messages',
      {
        message_id: '?',
        channel: '?',
        data_type: '?',
        data: '?',
        data_binary: '?',
        metadata: '?',
        message_key: '?',
        published_at: '?',
        created_at: dialect.nowMs,
      },
      dialect.rowsPerStatement,
      dialect.orKeep('message_id'),
    );
  }

  /** Statements for the application's transaction. */
  stage(messages: readonly NewMessage[]): SqlStatement[] {
    return this.#insert.of(
      messages.map(({ messageId, channel, data, binary, metadata, key, publishedAt }) => [
        messageId,
        channel,
        binary === null ? 'json' : 'binary',
        data,
        binary,
        metadata,
        key,
        publishedAt,
      ]),
    );
  }

  /** Whether there are any. */
  *some(): SqlProgram<boolean> {
    const { rows } = yield* runOne(sql('SELECT id FROM romancy_staged_messages LIMIT 1'));
    return rows.length > 0;
  }

  /** Moves one transaction's worth of them. Null stands for those that were left over. */
  *move(writer: MessageWriter, ids: readonly string[] | null): SqlProgram<readonly PublishedTo[]> {
    const { rows } = yield* runOne(this.#select(ids));
    if (rows.length === 0) return [];
    yield* run(
      [...chunks(rows, STAGED_AT_ONCE)].map((part) =>
        sql(
          `DELETE FROM romancy_staged_messages WHERE id IN (${placeholders(part.length)})`,
          part.map((row) => Number(row['id'])),
        ),
      ),
    );
    const messages = rows.map(messageOf);
    yield* writer.write(messages, true);
    return messages.map(({ channel, key }) => ({ channel, key }));
  }

  #select(ids: readonly string[] | null): SqlStatement {
    const { dialect } = this;
    const which =
      ids === null ? `created_at <= ${dialect.nowMs} - ${LEFT_OVER_MS}` : `message_id IN (${placeholders(ids.length)})`;
    return sql(
      `SELECT ${COLUMNS} FROM romancy_staged_messages WHERE ${which} ORDER BY id LIMIT ${STAGED_AT_ONCE}${dialect.forUpdateSkipLocked}`,
      ids ?? [],
    );
  }
}

function messageOf(row: SqlRow): NewMessage {
  return {
    channel: row['channel'] as string,
    messageId: row['message_id'] as string,
    metadata: row['metadata'] as string | null,
    key: row['message_key'] as string | null,
    publishedAt: Number(row['published_at']),
    ...bodyOf(row),
  };
}
