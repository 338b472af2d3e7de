import { FRAMEWORK, type ParkedPage } from '@romancy/core';
import type { Dialect } from '../dialect/dialect.js';
import { TERMINAL_LIST } from '../sql/instance-sql.js';
import { run, runOne, type SqlProgram } from '../sql/program.js';
import { chunks, placeholders, sql } from '../sql/statement.js';
import { nextWaits } from './wait-range.js';
import { selectWaiters, toWaiter } from './waiters-query.js';

/** A page of what instances of these workflows wait for that nobody has in hand. */
export function* readParked(
  dialect: Dialect,
  workflowNames: readonly string[],
  after: string,
  limit: number,
): SqlProgram<ParkedPage> {
  const range = yield* nextWaits(after, null, limit);
  if (range === undefined) return { waiters: [], last: null };
  const { rows } = yield* runOne(
    sql(
      `${selectWaiters(dialect)} WHERE ${range.condition} AND i.framework = '${FRAMEWORK}'` +
        ` AND i.workflow_name IN (${placeholders(workflowNames.length)})` +
        ` AND i.status NOT IN (${TERMINAL_LIST}) AND i.locked_by IS NULL`,
      [...range.params, ...workflowNames],
    ),
  );
  return { waiters: rows.map(toWaiter), last: range.last };
}

/** Two lookups by primary key for each instance, whatever the statistics say. */
const SOME = '(SELECT w.step_id FROM romancy_waits w WHERE w.instance_id = i.instance_id LIMIT 1)';

/** Those of these instances that have a stored wait. */
export function* readWaitingAmong(dialect: Dialect, instanceIds: readonly string[]): SqlProgram<readonly string[]> {
  const statements = [...chunks(instanceIds, dialect.rowsPerStatement)].map((ids) =>
    sql(
      `SELECT i.instance_id FROM workflow_instances i WHERE i.instance_id IN (${placeholders(ids.length)}) AND ${SOME} IS NOT NULL`,
      ids,
    ),
  );
  return (yield* run(statements)).flatMap(({ rows }) => rows.map((row) => row['instance_id'] as string));
}
