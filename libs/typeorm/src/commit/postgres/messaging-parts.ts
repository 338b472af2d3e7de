import type { SqlValue } from '../../sql/statement.js';
import { messagingRowsOf, seenText, type MessagingRows } from '../messaging-rows.js';
import { NOW, type CteGroup, type CtePart, type CteRow } from './cte-part.js';

function each(
  group: CteGroup,
  rows: (messaging: MessagingRows, place: number) => readonly CteRow[],
): readonly CteRow[] {
  return group.talking.flatMap(({ entry, place }) => rows(messagingRowsOf(entry), place));
}

function held(source: string): string {
  return `${source} JOIN l ON l.n = r.place`;
}

const addedSubscriptions: CtePart = {
  columns: {
    place: 'int',
    channel: 'text',
    mode: 'text',
    cursor: 'bigint',
    since: 'bigint',
    seen: 'text',
  },
  rows: (group) =>
    each(group, ({ subscriptions }, place) =>
      subscriptions.flatMap(({ added }) =>
        added === null ? [] : [[place, added.channel, added.mode, added.cursor, added.since, seenText(added)]],
      ),
    ),
  text: (source) =>
    `ns AS (INSERT INTO channel_subscriptions (instance_id, channel, mode, cursor_message_id, subscribed_at, romancy_cursor, romancy_since, romancy_seen)` +
    ` SELECT l.instance_id, r.channel, r.mode, r.cursor::int, ${NOW}, r.cursor, r.since, r.seen FROM ${held(source)} ORDER BY r.n ON CONFLICT DO NOTHING)`,
};

/** A row that the same statement inserts is not updated: it begins where it would be moved to. */
const movedSubscriptions: CtePart = {
  columns: { place: 'int', channel: 'text', cursor: 'bigint' },
  rows: (group) =>
    each(group, ({ subscriptions }, place) =>
      subscriptions.flatMap(({ channel, cursor }) => (cursor === undefined ? [] : [[place, channel, cursor]])),
    ),
  text: (source) =>
    `su AS (UPDATE channel_subscriptions x SET romancy_cursor = r.cursor, cursor_message_id = r.cursor::int` +
    ` FROM ${held(source)} WHERE x.instance_id = l.instance_id AND x.channel = r.channel)`,
};

function cursors(name: string, conflict: string, moved: boolean): CtePart {
  return {
    columns: { place: 'int', channel: 'text', cursor: 'int' },
    rows: (group) =>
      each(group, ({ subscriptions }, place) =>
        subscriptions
          .filter(({ cursor }) => (cursor !== undefined) === moved)
          .map(({ channel, cursor, added }): readonly [number, string, SqlValue] => [
            place,
            channel,
            cursor ?? added?.cursor ?? null,
          ])
          .filter(([, , cursor]) => cursor !== null),
      ),
    text: (source) =>
      `${name} AS (INSERT INTO channel_delivery_cursors (channel, instance_id, last_delivered_id, updated_at)` +
      ` SELECT r.channel, l.instance_id, r.cursor, ${NOW} FROM ${held(source)} ORDER BY r.n ON CONFLICT ${conflict})`,
  };
}

const firstCursors = cursors('nc', 'DO NOTHING', false);
const movedCursors = cursors(
  'sc',
  '(channel, instance_id) DO UPDATE SET last_delivered_id = excluded.last_delivered_id, updated_at = excluded.updated_at',
  true,
);

const removedSubscriptions: CtePart = {
  columns: { place: 'int', channel: 'text' },
  rows: (group) => each(group, ({ removedChannels }, place) => removedChannels.map((channel) => [place, channel])),
  text: (source) =>
    ['channel_subscriptions', 'channel_delivery_cursors', 'romancy_waits']
      .map(
        (table, index) =>
          `rs${index} AS (DELETE FROM ${table} x USING ${held(source)} WHERE x.instance_id = l.instance_id AND x.channel = r.channel)`,
      )
      .join(', '),
};

const waits: CtePart = {
  columns: { place: 'int', step: 'text', channel: 'text', key: 'text', after: 'bigint', since: 'bigint' },
  rows: (group) =>
    each(group, (messaging, place) =>
      messaging.waits.map(({ stepId, channel, key, after, since }) => [place, stepId, channel, key, after, since]),
    ),
  text: (source) =>
    `w AS (INSERT INTO romancy_waits (instance_id, step_id, channel, wait_key, after_id, since)` +
    ` SELECT l.instance_id, r.step, r.channel, r.key, r.after, r.since FROM ${held(source)} ORDER BY r.n ON CONFLICT DO NOTHING)`,
};

const removedWaits: CtePart = {
  columns: { place: 'int', step: 'text' },
  rows: (group) => each(group, (messaging, place) => messaging.removedWaits.map((stepId) => [place, stepId])),
  text: (source) =>
    `rw AS (DELETE FROM romancy_waits x USING ${held(source)} WHERE x.instance_id = l.instance_id AND x.step_id = r.step)`,
};

const joinedGroups: CtePart = {
  columns: { place: 'int', name: 'text' },
  rows: (group) => each(group, ({ joined }, place) => joined.map((name) => [place, name])),
  text: (source) =>
    `g AS (INSERT INTO workflow_group_memberships (instance_id, group_name, joined_at)` +
    ` SELECT l.instance_id, r.name, ${NOW} FROM ${held(source)} ORDER BY r.n ON CONFLICT DO NOTHING)`,
};

const leftGroups: CtePart = {
  columns: { place: 'int', name: 'text' },
  rows: (group) => each(group, ({ left }, place) => left.map((name) => [place, name])),
  text: (source) =>
    `rg AS (DELETE FROM workflow_group_memberships x USING ${held(source)} WHERE x.instance_id = l.instance_id AND x.group_name = r.name)`,
};

export const messagingParts: readonly CtePart[] = [
  addedSubscriptions,
  movedSubscriptions,
  firstCursors,
  movedCursors,
  removedSubscriptions,
  waits,
  removedWaits,
  joinedGroups,
  leftGroups,
];
