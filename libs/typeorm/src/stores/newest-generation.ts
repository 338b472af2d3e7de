import type { InstanceRow } from '@romancy/core';
import type { Dialect } from '../dialect/dialect.js';
import { readInstances } from '../sql/instance-sql.js';
import { runOne, type SqlProgram } from '../sql/program.js';
import { sql } from '../sql/statement.js';

const GENERATIONS_PER_QUERY = 500;

/**
 * The end of a chain of generations is found by the chain, however long it is; from there (a restart begins a chain of its own) `continued_from`
 * is followed forwards, a bounded number of times in one query.
 */
export function* newestGeneration(instanceId: string): SqlProgram<string> {
  const { rows } = yield* runOne(
    sql(
      `WITH RECURSIVE chain (instance_id, depth) AS (` +
        `SELECT COALESCE((SELECT t.instance_id FROM workflow_instances t WHERE t.romancy_chain = COALESCE(i.romancy_chain, i.instance_id)` +
        ` AND t.status <> 'recurred' ORDER BY t.romancy_started_at DESC LIMIT 1), i.instance_id), 0` +
        ` FROM workflow_instances i WHERE i.instance_id = ?` +
        ` UNION ALL SELECT n.instance_id, c.depth + 1 FROM chain c JOIN workflow_instances n ON n.continued_from = c.instance_id` +
        ` WHERE c.depth < ${GENERATIONS_PER_QUERY}) SELECT instance_id FROM chain ORDER BY depth DESC, instance_id DESC LIMIT 1`,
      [instanceId],
    ),
  );
  return (rows[0]?.['instance_id'] as string | undefined) ?? instanceId;
}

/** The newest generation as one transaction sees it. */
export function* readLatest(dialect: Dialect, instanceId: string): SqlProgram<InstanceRow | undefined> {
  let newest = instanceId;
  for (let before: string | undefined; newest !== before;) {
    before = newest;
    newest = yield* newestGeneration(before);
  }
  return (yield* readInstances(dialect, [newest])).get(newest);
}
