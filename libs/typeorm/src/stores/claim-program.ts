import type { ClaimedInstance, ClaimScope } from '@romancy/core';
import type { Dialect } from '../dialect/dialect.js';
import { instanceRowOf } from '../sql/instance-record.js';
import { instanceColumns, readInstances } from '../sql/instance-sql.js';
import { run, runOne, type SqlProgram } from '../sql/program.js';
import { chunks, placeholders, sql, type SqlStatement, type SqlValue } from '../sql/statement.js';
import { claimable } from './claim-scan.js';

const FIRST_REST = 1000;
const LONGEST_REST = 600_000;
/** 2^10 times the first rest is above the longest. */
const LAST_DOUBLING = 10;

const STATUS = `status = CASE WHEN status = 'compensating' THEN status ELSE 'running' END`;

/** Takes those of the instances that may be taken, in one transaction. */
export function claimProgram(
  dialect: Dialect,
  scope: ClaimScope,
  ids: readonly string[],
  lock: string,
): SqlProgram<readonly ClaimedInstance[]> {
  return dialect.name === 'postgres' ? inOneStatement(dialect, scope, ids, lock) : inAFew(dialect, scope, ids, lock);
}

function assignments(dialect: Dialect): string {
  return (
    `locked_by = ?, locked_at = ${dialect.now}, lock_timeout_seconds = ?, lock_expires_at = ${dialect.nowPlus},` +
    ` updated_at = ${dialect.now}, ${STATUS}`
  );
}

function assigned(dialect: Dialect, scope: ClaimScope): readonly SqlValue[] {
  return [scope.token, Math.ceil(scope.leaseMs / 1000), dialect.lease(scope.leaseMs)];
}

function lockStatement(dialect: Dialect, scope: ClaimScope, ids: readonly string[], lock: string): SqlStatement {
  const { text, params } = claimable(dialect, scope, ids);
  return sql(
    `SELECT i.instance_id, i.locked_by FROM workflow_instances i WHERE ${text} ORDER BY i.instance_id${lock}`,
    params,
  );
}

function* inOneStatement(
  dialect: Dialect,
  scope: ClaimScope,
  ids: readonly string[],
  lock: string,
): SqlProgram<readonly ClaimedInstance[]> {
  const { sql: taken, params } = lockStatement(dialect, scope, ids, lock);
  const rest = (takeovers: string): string =>
    `${dialect.nowMs} + LEAST(${FIRST_REST} * (1 << LEAST(${takeovers}, ${LAST_DOUBLING})), ${LONGEST_REST})`;
  const { rows } = yield* runOne(
    sql(
      `WITH taken AS (${taken}), counted AS (` +
        `INSERT INTO romancy_runs (instance_id, takeovers, next_run_at)` +
        ` SELECT instance_id, 1, ${rest('0')} FROM taken WHERE locked_by IS NOT NULL ORDER BY instance_id` +
        ` ON CONFLICT (instance_id) DO UPDATE SET takeovers = romancy_runs.takeovers + 1, next_run_at = ${rest('romancy_runs.takeovers')})` +
        ` UPDATE workflow_instances i SET ${assignments(dialect)} FROM taken WHERE i.instance_id = taken.instance_id` +
        ` RETURNING ${instanceColumns(dialect, 'i')}, taken.locked_by IS NOT NULL AS takeover`,
      [...params, ...assigned(dialect, scope)],
    ),
  );
  return rows.map((row) => ({ row: instanceRowOf(row), takeover: row['takeover'] === true }));
}

function* inAFew(
  dialect: Dialect,
  scope: ClaimScope,
  ids: readonly string[],
  lock: string,
): SqlProgram<readonly ClaimedInstance[]> {
  const { rows } = yield* runOne(lockStatement(dialect, scope, ids, lock));
  if (rows.length === 0) return [];
  const takeovers = new Map(rows.map((row) => [row['instance_id'] as string, row['locked_by'] !== null]));
  yield* countTakeovers(
    dialect,
    [...takeovers].filter(([, takeover]) => takeover).map(([id]) => id),
  );
  yield* run(
    [...chunks([...takeovers.keys()], 200)].map((part) =>
      sql(`UPDATE workflow_instances SET ${assignments(dialect)} WHERE instance_id IN (${placeholders(part.length)})`, [
        ...assigned(dialect, scope),
        ...part,
      ]),
    ),
  );
  const found = yield* readInstances(dialect, [...takeovers.keys()]);
  return [...found].map(([id, row]) => ({ row, takeover: takeovers.get(id) === true }));
}

/** The first take-over is followed by a moment's rest, which is over before anybody notices; each further one by twice the last. */
function* countTakeovers(dialect: Dialect, ids: readonly string[]): SqlProgram<void> {
  if (ids.length === 0) return;
  const { rows } = yield* runOne(
    sql(
      `SELECT i.instance_id, r.takeovers, ${dialect.nowMs} AS now FROM workflow_instances i` +
        ` LEFT JOIN romancy_runs r ON r.instance_id = i.instance_id WHERE i.instance_id IN (${placeholders(ids.length)})`,
      ids,
    ),
  );
  yield* run(
    rows.map((row) => {
      const before = Number(row['takeovers'] ?? 0);
      const rest = Math.min(FIRST_REST * 2 ** Math.min(before, LAST_DOUBLING), LONGEST_REST);
      return sql(
        `INSERT INTO romancy_runs (instance_id, takeovers, next_run_at) VALUES (?, ?, ?)` +
          dialect.orReplace(['instance_id'], ['takeovers', 'next_run_at']),
        [row['instance_id'] as string, before + 1, Number(row['now']) + rest],
      );
    }),
  );
}
