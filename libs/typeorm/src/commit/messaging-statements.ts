import type { CommitEntry, NewSubscription } from '@romancy/core';
import type { Dialect } from '../dialect/dialect.js';
import { sql, type SqlStatement } from '../sql/statement.js';
import { TableInsert } from '../sql/table-insert.js';
import {
  hasMessagingRows,
  messagingRowsOf,
  seenText,
  type MessagingRows,
  type SubscriptionChange,
} from './messaging-rows.js';
import { removeKeys } from './row-changes.js';

interface Change extends MessagingRows {
  readonly id: string;
}

/** What entries change about subscriptions, waits and groups, statement by statement. */
export class MessagingStatements {
  readonly #subscriptions: TableInsert;
  readonly #firstCursors: TableInsert;
  readonly #cursors: TableInsert;
  readonly #waits: TableInsert;
  readonly #memberships: TableInsert;

  constructor(private readonly dialect: Dialect) {
    const { rowsPerStatement: rows, now } = dialect;
    this.#subscriptions = new TableInsert(
      'channel_subscriptions',
      {
        instance_id: '?',
        channel: '?',
        mode: '?',
        cursor_message_id: '?',
        subscribed_at: now,
        romancy_cursor: '?',
        romancy_since: '?',
        romancy_seen: '?',
      },
      rows,
      dialect.orKeep('channel'),
    );
    const cursor = { channel: '?', instance_id: '?', last_delivered_id: '?', updated_at: now };
    this.#firstCursors = new TableInsert('channel_delivery_cursors', cursor, rows, dialect.orKeep('channel'));
    this.#cursors = new TableInsert(
      'channel_delivery_cursors',
      cursor,
      rows,
      dialect.orReplace(['channel', 'instance_id'], ['last_delivered_id', 'updated_at']),
    );
    this.#waits = new TableInsert(
      'romancy_waits',
      { instance_id: '?', step_id: '?', channel: '?', wait_key: '?', after_id: '?', since: '?' },
      rows,
      dialect.orKeep('step_id'),
    );
    this.#memberships = new TableInsert(
      'workflow_group_memberships',
      { instance_id: '?', group_name: '?', joined_at: now },
      rows,
      dialect.orKeep('group_name'),
    );
  }

  /** All rows of the entries, in their order. */
  of(group: readonly CommitEntry[]): SqlStatement[] {
    const entries = group.filter(hasMessagingRows);
    if (entries.length === 0) return [];
    const changes = entries.map((entry): Change => ({ id: entry.instanceId, ...messagingRowsOf(entry) }));
    const moves = changes.flatMap(({ id, subscriptions }) => subscriptions.map((change) => ({ id, ...change })));
    return [
      ...this.#add(
        moves.flatMap(({ id, added, cursor }) =>
          added === null ? [] : [{ id, row: added, moved: cursor !== undefined }],
        ),
      ),
      ...moves.flatMap((move) => moveOf(move.id, move)),
      ...this.#cursors.of(
        moves.flatMap(({ id, channel, cursor }) => (cursor === undefined ? [] : [[channel, id, cursor]])),
      ),
      ...this.#waits.of(
        changes.flatMap(({ id, waits }) =>
          waits.map(({ stepId, channel, key, after, since }) => [id, stepId, channel, key, after, since]),
        ),
      ),
      ...this.#memberships.of(changes.flatMap(({ id, joined }) => joined.map((group) => [id, group]))),
      ...changes.flatMap((change) => this.#removals(change)),
    ];
  }

  /** Subscriptions that an instance begins with. */
  subscribe(id: string, subscriptions: readonly NewSubscription[]): SqlStatement[] {
    return this.#add(subscriptions.map((row) => ({ id, row, moved: false })));
  }

  #add(
    rows: readonly {
      readonly id: string;
      readonly row: NewSubscription;
      readonly moved: boolean;
    }[],
  ): SqlStatement[] {
    return [
      ...this.#subscriptions.of(
        rows.map(({ id, row }) => [id, row.channel, row.mode, row.cursor, row.cursor, row.since, seenText(row)]),
      ),
      ...this.#firstCursors.of(rows.flatMap(({ id, row, moved }) => (moved ? [] : [[row.channel, id, row.cursor]]))),
    ];
  }

  #removals({ id, removedWaits, removedChannels, left }: Change): SqlStatement[] {
    const { dialect } = this;
    return [
      ...removeKeys(dialect, 'romancy_waits', 'step_id', id, removedWaits),
      ...['romancy_waits', 'channel_subscriptions', 'channel_delivery_cursors'].flatMap((table) =>
        removeKeys(dialect, table, 'channel', id, removedChannels),
      ),
      ...removeKeys(dialect, 'workflow_group_memberships', 'group_name', id, left),
    ];
  }
}

/** Moves a subscription that is there. */
function moveOf(instanceId: string, { channel, cursor }: SubscriptionChange): SqlStatement[] {
  if (cursor === undefined) return [];
  return [
    sql(
      'UPDATE channel_subscriptions SET romancy_cursor = ?, cursor_message_id = ? WHERE instance_id = ? AND channel = ?',
      [cursor, cursor, instanceId, channel],
    ),
  ];
}
