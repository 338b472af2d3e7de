import type { SqlValue } from '../../sql/statement.js';
import { seenText, type MessagingRows } from '../messaging-rows.js';
import { NOW, type CteGroup, type CtePart, type CteRow } from './cte-part.js';

function each(
  group: CteGroup,
  rows: (messaging: MessagingRows, place: number) => readonly CteRow[],
): readonly CteRow[] {
  return group.units.flatMap(({ messaging, place }) => rows(messaging, place));
}

function held(source: string): string {
  return `${source} JOIN l ON l.n = r.place`;
}

const addedSubscriptions: CtePart = {
  columns: {
    place: 'int',
    channel: 'text',
    mode: 'text',
    head: 'text',
    cursor: 'bigint',
    since: 'bigint',
    seen: 'text',
  },
  rows: (group) =>
    each(group, ({ subscriptions }, place) =>
      subscriptions.flatMap(({ added, head }) =>
        added === null
          ? []
          : [[place, added.channel, added.mode, head ?? null, added.cursor, added.since, seenText(added.seen)]],
      ),
    ),
  text: (source) =>
    `ns AS (INSERT INTO channel_subscriptions (instance_id, channel, mode, activity_id, cursor_message_id, subscribed_at, romancy_cursor, romancy_since, romancy_seen)` +
    ` SELECT l.instance_id, r.channel, r.mode, r.head, r.cursor::int, ${NOW}, r.cursor, r.since, r.seen FROM ${held(source)} ORDER BY r.n ON CONFLICT DO NOTHING)`,
};

/** One part for both columns: a row can be updated once in a statement, and one that the statement inserts not at all. */
const movedSubscriptions: CtePart = {
  columns: { place: 'int', channel: 'text', marks: 'bool', head: 'text', cursor: 'bigint' },
  rows: (group) =>
    each(group, ({ subscriptions }, place) =>
      subscriptions
        .filter(({ head, cursor }) => head !== undefined || cursor !== undefined)
        .map(({ channel, head, cursor }) => [place, channel, head !== undefined, head ?? null, cursor ?? null]),
    ),
  text: (source) =>
    `su AS (UPDATE channel_subscriptions x SET activity_id = CASE WHEN r.marks THEN r.head ELSE x.activity_id END,` +
    ` romancy_cursor = COALESCE(r.cursor, x.romancy_cursor), cursor_message_id = COALESCE(r.cursor::int, x.cursor_message_id)` +
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
  columns: { place: 'int', step: 'text', channel: 'text', key: 'text' },
  rows: (group) =>
    each(group, (messaging, place) => messaging.waits.map(({ stepId, channel, key }) => [place, stepId, channel, key])),
  text: (source) =>
    `w AS (INSERT INTO romancy_waits (instance_id, step_id, channel, wait_key)` +
    ` SELECT l.instance_id, r.step, r.channel, r.key FROM ${held(source)} ORDER BY r.n ON CONFLICT DO NOTHING)`,
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
