import {
  INSTANCE_STATUSES,
  isTerminal,
  OUTBOX_STATUSES,
  type BoundedCount,
  type InstanceStatus,
  type OutboxStatus,
  type StatusCount,
} from '@romancy/core';
import type { Dialect } from '../dialect/dialect.js';
import { runOne, type SqlProgram } from '../sql/program.js';
import { sql, type SqlStatement } from '../sql/statement.js';

export function* countsProgram(
  dialect: Dialect,
  limit: number,
): SqlProgram<{ readonly instances: readonly StatusCount[]; readonly outbox: readonly StatusCount<OutboxStatus>[] }> {
  const instances = perStatus('workflow_instances', dialect.throughIndex('idx_instances_resumable'), INSTANCE_STATUSES);
  const outbox = perStatus('outbox_events', dialect.throughIndex('idx_outbox_status'), OUTBOX_STATUSES);
  return {
    instances: yield* counted(instances(limit), INSTANCE_STATUSES, limit),
    outbox: yield* counted(outbox(limit), OUTBOX_STATUSES, limit),
  };
}

function perStatus(table: string, index: string, statuses: readonly string[]): (limit: number) => SqlStatement {
  return (limit) =>
    sql(
      statuses
        .map(
          (status) =>
            `SELECT '${status}' AS status, COUNT(*) AS n FROM` +
            ` (SELECT 1 AS one FROM ${table} t${index} WHERE t.status = '${status}' LIMIT ${limit + 1}) c`,
        )
        .join(' UNION ALL '),
    );
}

function* counted<Status extends string>(
  statement: SqlStatement,
  statuses: readonly Status[],
  limit: number,
): SqlProgram<readonly StatusCount<Status>[]> {
  const { rows } = yield* runOne(statement);
  return statuses.map((status) => ({
    status,
    ...bounded(Number(rows.find((row) => row['status'] === status)?.['n'] ?? 0), limit),
  }));
}

function bounded(n: number, limit: number): BoundedCount {
  return { count: Math.min(n, limit), capped: n > limit };
}

export function* activityProgram(
  dialect: Dialect,
  since: number,
  limit: number,
): SqlProgram<{ readonly started: BoundedCount; readonly ended: readonly StatusCount[] }> {
  const bound = dialect.timeUp(since);
  const started = yield* runOne(
    sql(
      `SELECT COUNT(*) AS n FROM (SELECT 1 AS one FROM workflow_instances i${dialect.throughIndex('idx_romancy_instances_started')}` +
        ` WHERE i.started_at >= ${dialect.timestamp} LIMIT ${limit + 1}) c`,
      [bound],
    ),
  );
  const ended = yield* runOne(
    sql(
      `SELECT c.status, COUNT(*) AS n FROM (SELECT i.status FROM workflow_instances i${dialect.throughIndex('idx_instances_updated')}` +
        ` WHERE i.updated_at >= ${dialect.timestamp} ORDER BY i.updated_at DESC LIMIT ${limit + 1}) c GROUP BY c.status`,
      [bound],
    ),
  );
  const capped = ended.rows.reduce((sum, row) => sum + Number(row['n']), 0) > limit;
  return {
    started: bounded(Number(started.rows[0]?.['n']), limit),
    ended: ended.rows
      .filter((row) => isTerminal(row['status'] as InstanceStatus))
      .map((row) => ({ status: row['status'] as InstanceStatus, count: Number(row['n']), capped }))
      .sort((a, b) => INSTANCE_STATUSES.indexOf(a.status) - INSTANCE_STATUSES.indexOf(b.status)),
  };
}
