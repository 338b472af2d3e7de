import { FRAMEWORK, type PublishedTo, type SiblingWaiter, type WaiterRow, type Waiters } from '@romancy/core';
import type { Dialect } from '../dialect/dialect.js';
import { TERMINAL_LIST } from '../sql/instance-sql.js';
import { run, type SqlProgram } from '../sql/program.js';
import { chunks, sql, type SqlRow, type SqlStatement, type SqlValue } from '../sql/statement.js';

/** Of a competing channel one message wakes one instance: a few are enough, in case some are gone by then. */
const COMPETITORS = 16;
const BRANCHES_PER_STATEMENT = 40;

/** In which mode the wait `w` reads its channel. */
export const MODE = `COALESCE((SELECT s.mode FROM channel_subscriptions s WHERE s.instance_id = w.instance_id AND s.channel = w.channel), 'broadcast')`;

/** Selects what {@link toWaiter} reads: of waits `w`, each with its instance `i`. */
export function selectWaiters(dialect: Dialect): string {
  return (
    `SELECT w.instance_id, i.workflow_name, w.channel, w.wait_key, ${MODE} AS mode FROM romancy_waits w` +
    dialect.lookUp('workflow_instances', 'i', 'i.instance_id = w.instance_id')
  );
}

interface Branch {
  readonly text: string;
  readonly params: readonly SqlValue[];
}

/** Who waits on these channels. */
export function* readWaiters(dialect: Dialect, published: readonly PublishedTo[]): SqlProgram<Waiters> {
  const places = distinct(published);
  const channels = [...new Set(places.map(({ channel }) => channel))];
  // Whether a channel is a competing one shows with the first rows; only of a broadcast one all are wanted.
  const first = yield* readBranches(places.flatMap((place) => ourBranches(dialect, place, COMPETITORS + 1)));
  const full = new Set(channels.filter((channel) => isCut(first, channel)));
  const others = yield* readBranches(
    places.filter(({ channel }) => full.has(channel)).flatMap((place) => ourBranches(dialect, place, null)),
  );
  const siblings = yield* readBranches(channels.map((channel) => siblingBranch(dialect, channel)));
  const exact = (row: SqlRow): boolean => channels.includes(row['channel'] as string);
  const ours = [...first.filter((row) => !full.has(row['channel'] as string)), ...others];
  return {
    ours: fewCompetitors(ours.filter(exact).map(toWaiter)),
    siblings: fewCompetitors(siblings.filter(exact).map(toSibling)),
  };
}

/** Each place once; a channel of which any message counts stands for all of its keys. */
function distinct(published: readonly PublishedTo[]): readonly PublishedTo[] {
  const whole = new Set(published.filter(({ key }) => key === null).map(({ channel }) => channel));
  const places = published.filter(({ channel, key }) => key === null || !whole.has(channel));
  return [...new Map(places.map((place) => [JSON.stringify([place.channel, place.key]), place])).values()];
}

function isCut(rows: readonly SqlRow[], channel: string): boolean {
  const found = rows.filter((row) => row['channel'] === channel);
  return found.length > COMPETITORS && found.every((row) => row['mode'] === 'broadcast');
}

function* readBranches(branches: readonly Branch[]): SqlProgram<readonly SqlRow[]> {
  // Waits for any message are asked for once, however many keys there are.
  const different = [...new Map(branches.map((branch) => [JSON.stringify(branch), branch])).values()];
  const statements = [...chunks(different, BRANCHES_PER_STATEMENT)].map(unionOf);
  return (yield* run(statements)).flatMap(({ rows }) => rows);
}

function unionOf(branches: readonly Branch[]): SqlStatement {
  return sql(
    branches.map(({ text }, index) => `SELECT * FROM (${text}) b${index}`).join(' UNION ALL '),
    branches.flatMap(({ params }) => [...params]),
  );
}

/** Waits for that key, and waits for any: each is a range of the index. */
function ourBranches(dialect: Dialect, { channel, key }: PublishedTo, limit: number | null): readonly Branch[] {
  const text = (condition: string): string =>
    `${selectWaiters(dialect)} WHERE w.channel = ?${condition} AND i.framework = '${FRAMEWORK}' AND i.status NOT IN (${TERMINAL_LIST})` +
    ` AND (i.locked_by IS NULL OR i.lock_expires_at <= ${dialect.now})${limit === null ? '' : ` LIMIT ${limit}`}`;
  if (key === null) return [{ text: text(''), params: [channel] }];
  const exact = dialect.exactly('w.wait_key', key);
  return [
    { text: text(' AND w.wait_key IS NULL'), params: [channel] },
    { text: text(` AND ${exact.sql}`), params: [channel, ...exact.params] },
  ];
}

/** What a sibling waits at is noted in its subscription; in ours it never is. */
function siblingBranch(dialect: Dialect, channel: string): Branch {
  return {
    text:
      `SELECT s.instance_id, i.framework, s.channel, s.mode FROM channel_subscriptions s` +
      dialect.throughIndex('idx_channel_subscriptions_waiting') +
      dialect.lookUp('workflow_instances', 'i', 'i.instance_id = s.instance_id') +
      ` WHERE s.channel = ? AND s.activity_id > ''` +
      ` AND i.framework <> '${FRAMEWORK}' AND i.status = 'waiting_for_message'`,
    params: [channel],
  };
}

function fewCompetitors<T extends { readonly channel: string; readonly mode: string }>(
  waiters: readonly T[],
): readonly T[] {
  const counts = new Map<string, number>();
  return waiters.filter(({ channel, mode }) => {
    if (mode === 'broadcast') return true;
    const count = (counts.get(channel) ?? 0) + 1;
    counts.set(channel, count);
    return count <= COMPETITORS;
  });
}

export function toWaiter(row: SqlRow): WaiterRow {
  return {
    instanceId: row['instance_id'] as string,
    workflowName: row['workflow_name'] as string,
    channel: row['channel'] as string,
    key: row['wait_key'] as string | null,
    mode: row['mode'] as WaiterRow['mode'],
  };
}

export function toSibling(row: SqlRow): SiblingWaiter {
  return {
    instanceId: row['instance_id'] as string,
    framework: row['framework'] as string,
    channel: row['channel'] as string,
    mode: row['mode'] as SiblingWaiter['mode'],
  };
}
