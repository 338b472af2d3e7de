import type { NewOutboxEvent } from '@romancy/core';
import type { Dialect } from '../dialect/dialect.js';
import type { SqlStatement } from '../sql/statement.js';
import { TableInsert } from '../sql/table-insert.js';

/** New rows of `outbox_events`. */
export class OutboxInsert {
  readonly #insert: TableInsert;

  constructor(private readonly dialect: Dialect) {
    this.#insert = new TableInsert(
      'outbox_events',
      {
        event_id: '?',
        event_type: '?',
        event_source: '?',
        data_type: '?',
        event_data: '?',
        event_data_binary: '?',
        content_type: '?',
        romancy_attributes: '?',
        romancy_order_key: '?',
        romancy_instance: '?',
        created_at: dialect.nowInSequence,
        status: `'pending'`,
        retry_count: '0',
      },
      dialect.rowsPerStatement,
    );
  }

  of(events: readonly NewOutboxEvent[]): SqlStatement[] {
    return this.#insert.of(
      events.map((row, index) => [
        row.eventId,
        row.eventType,
        row.eventSource,
        row.binary === null ? 'json' : 'binary',
        row.data,
        row.binary,
        row.contentType,
        row.attributes ?? null,
        row.orderKey ?? null,
        row.instanceId ?? null,
        this.dialect.sequence(index),
      ]),
    );
  }
}
