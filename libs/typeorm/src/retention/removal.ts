import { FRAMEWORK } from '@romancy/core';
import type { Dialect } from '../dialect/dialect.js';
import { TERMINAL_LIST } from '../sql/instance-sql.js';
import { run, runOne, type SqlProgram } from '../sql/program.js';
import { chunks, placeholders, sql } from '../sql/statement.js';

/** Tables with rows of an instance; where the database cascades, they follow by themselves. */
const DEPENDENT_TABLES = [
  'workflow_history',
  'workflow_history_archive',
  'workflow_compensations',
  'workflow_timer_subscriptions',
  'workflow_group_memberships',
  'channel_subscriptions',
  'channel_delivery_cursors',
  'channel_message_claims',
  'romancy_attempts',
  'romancy_runs',
  'romancy_blocks',
  'romancy_waits',
];
// A transaction reads and writes by such parts; SQLite's `rowsPerStatement` is about its inserts.
const PART = 200;

/** What an instance continues, by its id. */
type Parents = ReadonlyMap<string, string | null>;

interface Successor {
  readonly instanceId: string;
  readonly parent: string;
}

/** Runs in one transaction. Rows that somebody works on, or is about to refer to, are left to the next pass; with them their line. */
export function* removeLines(dialect: Dialect, lines: readonly (readonly string[])[]): SqlProgram<readonly string[]> {
  const taken = yield* takeFinished(dialect, [...new Set(lines.flat())]);
  const complete = lines.filter((line) => line.every((id) => taken.has(id)));
  const successors = yield* successorsOf(complete.flat());
  const whole = complete.filter((line) =>
    successors.every(({ instanceId, parent }) => !line.includes(parent) || line.includes(instanceId)),
  );
  return yield* removeAll(dialect, only(taken, whole.flat()), successors);
}

/** Runs in one transaction. Rows that somebody works on are left to the next pass. */
export function* removeLinks(dialect: Dialect, instanceIds: readonly string[]): SqlProgram<readonly string[]> {
  const taken = yield* takeFinished(dialect, instanceIds);
  return yield* removeAll(dialect, taken, yield* successorsOf([...taken.keys()]));
}

function* removeAll(
  dialect: Dialect,
  removed: Parents,
  successors: readonly Successor[],
): SqlProgram<readonly string[]> {
  for (const { instanceId, parent } of successors.filter((each) => removed.has(each.parent))) {
    // MySQL checks a key that refers to its own table row by row: within what is removed nothing refers to anything any more.
    const survivor = removed.has(instanceId) ? null : survivingParent(removed, parent);
    // The column would be set to now on MySQL, and is the time of the end.
    yield* runOne(
      sql('UPDATE workflow_instances SET continued_from = ?, updated_at = updated_at WHERE instance_id = ?', [
        survivor,
        instanceId,
      ]),
    );
  }
  const tables = [...(dialect.cascades ? [] : DEPENDENT_TABLES), 'workflow_instances'];
  for (const part of chunks([...removed.keys()], PART)) {
    const which = `WHERE instance_id IN (${placeholders(part.length)})`;
    yield* run(tables.map((table) => sql(`DELETE FROM ${table} ${which}`, part)));
  }
  return [...removed.keys()];
}

/** Those that are ours and over, with what they continue. */
function* takeFinished(dialect: Dialect, instanceIds: readonly string[]): SqlProgram<Map<string, string | null>> {
  const taken = new Map<string, string | null>();
  for (const part of chunks(instanceIds, PART)) {
    const { rows } = yield* runOne(
      sql(
        `SELECT i.instance_id AS instance_id, i.continued_from AS continued_from FROM workflow_instances i` +
          ` WHERE i.instance_id IN (${placeholders(part.length)}) AND i.framework = '${FRAMEWORK}'` +
          ` AND i.status IN (${TERMINAL_LIST}) ORDER BY i.instance_id${dialect.takeRow('i')}`,
        part,
      ),
    );
    for (const row of rows) taken.set(row['instance_id'] as string, row['continued_from'] as string | null);
  }
  return taken;
}

function* successorsOf(instanceIds: readonly string[]): SqlProgram<readonly Successor[]> {
  const found: Successor[] = [];
  for (const part of chunks(instanceIds, PART)) {
    const { rows } = yield* runOne(
      sql(
        `SELECT instance_id, continued_from FROM workflow_instances WHERE continued_from IN (${placeholders(part.length)})`,
        part,
      ),
    );
    for (const row of rows)
      found.push({ instanceId: row['instance_id'] as string, parent: row['continued_from'] as string });
  }
  return found;
}

function only(parents: Parents, instanceIds: readonly string[]): Parents {
  return new Map(instanceIds.map((id) => [id, parents.get(id) ?? null]));
}

function survivingParent(removed: Parents, first: string): string | null {
  let parent: string | null = first;
  while (parent !== null && removed.has(parent)) parent = removed.get(parent) ?? null;
  return parent;
}
