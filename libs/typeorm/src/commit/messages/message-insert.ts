import type { NewMessage } from '@romancy/core';
import type { Dialect } from '../../dialect/dialect.js';
import type { SqlStatement } from '../../sql/statement.js';
import { TableInsert } from '../../sql/table-insert.js';

/** Rows of `channel_messages`, with a row that exists left alone. */
export class MessageInsert {
  readonly #insert: TableInsert;

  constructor(private readonly dialect: Dialect) {
    this.#insert = new TableInsert(
      'channel_messages',
      {
        channel: '?',
        message_id: '?',
        data_type: '?',
        data: '?',
        data_binary: '?',
        metadata: '?',
        published_at: dialect.timestamp,
        romancy_published_at: '?',
        romancy_key: '?',
      },
      dialect.rowsPerStatement,
      dialect.orKeep('channel'),
    );
  }

  of(messages: readonly NewMessage[]): SqlStatement[] {
    return this.#insert.of(
      messages.map((message) => [
        message.channel,
        message.messageId,
        message.binary === null ? 'json' : 'binary',
        message.data,
        message.binary,
        message.metadata,
        this.dialect.time(message.publishedAt),
        message.publishedAt,
        message.key,
      ]),
    );
  }
}
