import type { ClaimScope } from '@romancy/core';
import type { Dialect } from '../dialect/dialect.js';
import { sightings } from '../liveness/sightings.js';
import { placeholders, sql, type SqlStatement } from '../sql/statement.js';
import { both, either, FREE, inScope, plain, takeable, type Condition } from './claim-conditions.js';

/** The reasons for which an instance can go on without a timer. Each has an index of its own. */
function reasons(dialect: Dialect, scope: ClaimScope): readonly Condition[] {
  return [
    plain(`i.status IN ('running', 'compensating') AND i.locked_by IS NULL`),
    ...takeable(dialect, scope),
    plain(
      `i.status IN ('waiting_for_event', 'waiting_for_timer', 'waiting_for_message') AND i.locked_by IS NULL` +
        ` AND i.romancy_cancel_requested_at IS NOT NULL`,
    ),
  ];
}

/**
 * Finds candidates without locking them, and looks at the other workers: what an idle process asks for again and again, as one statement.
 */
export function scanStatement(dialect: Dialect, scope: ClaimScope, limit: number): SqlStatement {
  const workers = sightings(dialect, scope.token);
  if (scope.workflowNames.length === 0 || limit < 1) return workers;
  const parts = reasons(dialect, scope).map((reason) => both(reason, inScope(scope)));
  const found = parts
    .map(
      ({ text }, index) =>
        `SELECT * FROM (SELECT i.instance_id, i.started_at FROM workflow_instances i WHERE ${text}` +
        ` ORDER BY i.started_at, i.instance_id LIMIT ?) reason${index}`,
    )
    .join(' UNION ALL ');
  return sql(
    `SELECT found.instance_id, found.started_at, r.takeovers, NULL AS worker_id, NULL AS seen_at, NULL AS process_key, NULL AS state` +
      ` FROM (SELECT * FROM (${found}) every_reason ORDER BY started_at, instance_id LIMIT ?) found` +
      ` LEFT JOIN romancy_runs r ON r.instance_id = found.instance_id UNION ALL ${workers.sql}`,
    [...parts.flatMap(({ params }) => [...params, limit]), limit, ...workers.params],
  );
}

/** Whether an instance of these may be taken. */
export function claimable(dialect: Dialect, scope: ClaimScope, ids: readonly string[]): Condition {
  return both(amongst(dialect, ids), either(FREE, ...takeable(dialect, scope)), inScope(scope));
}

/** On PostgreSQL one text for any number, so that it is planned once. */
function amongst(dialect: Dialect, ids: readonly string[]): Condition {
  return dialect.name === 'postgres'
    ? { text: 'i.instance_id = ANY(CAST(? AS text[]))', params: [ids] }
    : { text: `i.instance_id IN (${placeholders(ids.length)})`, params: ids };
}
