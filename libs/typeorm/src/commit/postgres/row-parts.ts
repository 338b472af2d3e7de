import type { CommitEntry } from '@romancy/core';
import { CLEANED_TABLES, sideRowsOf } from '../entry-shape.js';
import { NOW, timestampOf, type CteGroup, type CtePart, type CteRow } from './cte-part.js';

function each(group: CteGroup, rows: (entry: CommitEntry, place: number) => readonly CteRow[]): readonly CteRow[] {
  return group.beside.flatMap(({ entry, place }) => rows(entry, place));
}

/** Only the instances whose fence holds take part. */
function held(source: string): string {
  return `${source} JOIN l ON l.n = r.place`;
}

const history: CtePart = {
  columns: { place: 'int', activity: 'text', type: 'text', data: 'text', bytes: 'bytea', ms: 'bigint' },
  rows: ({ units }) =>
    units.flatMap(({ entry, place }) =>
      entry.history.map((row) => [place, row.activityId, row.eventType, row.data, row.binary, row.time]),
    ),
  text: (source) =>
    `h AS (INSERT INTO workflow_history (instance_id, activity_id, event_type, data_type, event_data, event_data_binary, created_at, romancy_time)` +
    ` SELECT l.instance_id, r.activity, r.type, CASE WHEN r.bytes IS NULL THEN 'json' ELSE 'binary' END, r.data, r.bytes, ${timestampOf('r.ms')}, r.ms` +
    ` FROM ${held(source)} ORDER BY r.n)`,
};

const compensations: CtePart = {
  columns: { place: 'int', activity: 'text', name: 'text', args: 'text' },
  rows: (group) =>
    each(group, (entry, place) =>
      entry.compensations.map((row) => [place, row.activityId, row.activityName, row.args]),
    ),
  text: (source) =>
    `c AS (INSERT INTO workflow_compensations (instance_id, activity_id, activity_name, args, created_at)` +
    ` SELECT l.instance_id, r.activity, r.name, r.args, ${NOW} FROM ${held(source)} ORDER BY r.n)`,
};

const timers: CtePart = {
  columns: { place: 'int', timer: 'text', activity: 'text', ms: 'bigint' },
  rows: (group) =>
    each(group, (entry, place) =>
      sideRowsOf(entry).timers.map((row) => [place, row.timerId, row.activityId, row.expiresAt]),
    ),
  text: (source) =>
    `t AS (INSERT INTO workflow_timer_subscriptions (instance_id, timer_id, activity_id, expires_at, created_at, romancy_expires_at)` +
    ` SELECT l.instance_id, r.timer, r.activity, ${timestampOf('r.ms')}, ${NOW}, r.ms FROM ${held(source)} ORDER BY r.n ON CONFLICT DO NOTHING)`,
};

const removedTimers: CtePart = {
  columns: { place: 'int', timer: 'text' },
  rows: (group) =>
    each(group, (entry, place) => (entry.cleanUp ? [] : entry.removeTimers.map((timerId) => [place, timerId]))),
  text: (source) =>
    `rt AS (DELETE FROM workflow_timer_subscriptions x USING ${held(source)} WHERE x.instance_id = l.instance_id AND x.timer_id = r.timer)`,
};

const attempts: CtePart = {
  columns: { place: 'int', step: 'text', attempt: 'int', next: 'bigint', first: 'bigint', errors: 'text' },
  rows: (group) =>
    each(group, (entry, place) =>
      sideRowsOf(entry).attempts.map((row) => [
        place,
        row.stepId,
        row.attempt,
        row.nextAt,
        row.firstStartedAt,
        row.errors,
      ]),
    ),
  text: (source) =>
    `a AS (INSERT INTO romancy_attempts (instance_id, step_id, attempt, next_at, first_started_at, errors)` +
    ` SELECT l.instance_id, r.step, r.attempt, r.next, r.first, r.errors FROM ${held(source)} ORDER BY r.n` +
    ` ON CONFLICT (instance_id, step_id) DO UPDATE SET attempt = excluded.attempt, next_at = excluded.next_at,` +
    ` first_started_at = excluded.first_started_at, errors = excluded.errors)`,
};

const removedAttempts: CtePart = {
  columns: { place: 'int', step: 'text' },
  rows: (group) =>
    each(group, (entry, place) => (entry.cleanUp ? [] : entry.removeAttempts.map((stepId) => [place, stepId]))),
  text: (source) =>
    `ra AS (DELETE FROM romancy_attempts x USING ${held(source)} WHERE x.instance_id = l.instance_id AND x.step_id = r.step)`,
};

const outbox: CtePart = {
  columns: {
    place: 'int',
    id: 'text',
    type: 'text',
    source: 'text',
    data: 'text',
    bytes: 'bytea',
    content: 'text',
    attributes: 'text',
    key: 'text',
    instance: 'text',
  },
  rows: (group) =>
    each(group, (entry, place) =>
      entry.outbox.map((row) => [
        place,
        row.eventId,
        row.eventType,
        row.eventSource,
        row.data,
        row.binary,
        row.contentType,
        row.attributes ?? null,
        row.orderKey ?? null,
        row.instanceId ?? null,
      ]),
    ),
  // The relay sends in the order of created_at, so no two of a statement are equal.
  text: (source) =>
    `o AS (INSERT INTO outbox_events (event_id, event_type, event_source, data_type, event_data, event_data_binary, content_type, romancy_attributes,` +
    ` romancy_order_key, romancy_instance, created_at, status, retry_count)` +
    ` SELECT r.id, r.type, r.source, CASE WHEN r.bytes IS NULL THEN 'json' ELSE 'binary' END, r.data, r.bytes, r.content, r.attributes,` +
    ` r.key, r.instance, ${NOW} + r.n * interval '1 microsecond', 'pending', 0 FROM ${held(source)} ORDER BY r.n)`,
};

const blocks: CtePart = {
  columns: { place: 'int', version: 'text', code: 'text', explanation: 'text', ms: 'bigint' },
  rows: (group) =>
    each(group, ({ block, cleanUp }, place) =>
      block === null || cleanUp ? [] : [[place, block.codeVersion, block.code, block.explanation, block.blockedAt]],
    ),
  text: (source) =>
    `b AS (INSERT INTO romancy_blocks (instance_id, code_version, code, explanation, blocked_at)` +
    ` SELECT l.instance_id, r.version, r.code, r.explanation, r.ms FROM ${held(source)}` +
    ` ON CONFLICT (instance_id) DO UPDATE SET code_version = excluded.code_version, code = excluded.code,` +
    ` explanation = excluded.explanation, blocked_at = excluded.blocked_at)`,
};

const forgottenTakeovers: CtePart = {
  columns: { place: 'int' },
  rows: (group) => each(group, (entry, place) => (entry.clearTakeovers && !entry.cleanUp ? [[place]] : [])),
  text: (source) => `rr AS (DELETE FROM romancy_runs x USING ${held(source)} WHERE x.instance_id = l.instance_id)`,
};

const cleanUps: CtePart = {
  columns: { place: 'int' },
  rows: (group) => each(group, (entry, place) => (entry.cleanUp ? [[place]] : [])),
  text: (source) =>
    [
      `e AS MATERIALIZED (SELECT l.instance_id FROM ${held(source)})`,
      ...CLEANED_TABLES.map(
        (table, index) => `e${index} AS (DELETE FROM ${table} x USING e WHERE x.instance_id = e.instance_id)`,
      ),
    ].join(', '),
};

export const rowParts: readonly CtePart[] = [
  history,
  compensations,
  timers,
  removedTimers,
  attempts,
  removedAttempts,
  outbox,
  blocks,
  forgottenTakeovers,
  cleanUps,
];
