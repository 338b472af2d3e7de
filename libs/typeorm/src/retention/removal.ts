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

interface Removal {
  readonly instanceIds: readonly string[];
  readonly how: 'whole' | 'links';
}

/** Runs in one transaction. Rows that somebody works on, or is about to refer to, are left to the next pass. */
export function* removeFinished(dialect: Dialect, { instanceIds, how }: Removal): SqlProgram<number> {
  const parents = yield* takeFinished(dialect, instanceIds);
  if (parents.size === 0 || (how === 'whole' && parents.size < instanceIds.length)) return 0;
  const successors = yield* successorsOf([...parents.keys()]);
  if (how === 'whole' && successors.some(({ instanceId }) => !parents.has(instanceId))) return 0;
  for (const { instanceId, parent } of successors) {
    // MySQL checks a key that refers to its own table row by row: within what is removed nothing refers to anything any more.
    const survivor = parents.has(instanceId) ? null : survivingParent(parents, parent);
    // The column would be set to now on MySQL, and is the time of the end.
    yield* runOne(
      sql('UPDATE workflow_instances SET continued_from = ?, updated_at = updated_at WHERE instance_id = ?', [
        survivor,
        instanceId,
      ]),
    );
  }
  const tables = [...(dialect.cascades ? [] : DEPENDENT_TABLES), 'workflow_instances'];
  for (const part of chunks([...parents.keys()], PART)) {
    const which = `WHERE instance_id IN (${placeholders(part.length)})`;
    yield* run(tables.map((table) => sql(`DELETE FROM ${table} ${which}`, part)));
  }
  return parents.size;
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

function* successorsOf(
  instanceIds: readonly string[],
): SqlProgram<readonly { readonly instanceId: string; readonly parent: string }[]> {
  const found: { instanceId: string; parent: string }[] = [];
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

function survivingParent(parents: ReadonlyMap<string, string | null>, first: string): string | null {
  let parent: string | null = first;
  while (parent !== null && parents.has(parent)) parent = parents.get(parent) ?? null;
  return parent;
}
