import {
  FRAMEWORK,
  INSTANCE_STATUSES,
  isTerminal,
  type InstanceStatus,
  type StatisticsStore,
  type StorageStatistics,
} from '@romancy/core';
import type { Backend } from '../connection/backend.js';
import type { Dialect } from '../dialect/dialect.js';
import { runOne, type SqlProgram } from '../sql/program.js';
import { sql, type SqlRow, type SqlStatement } from '../sql/statement.js';

/** By name, so that the index on the status finds them. */
const LIVE = INSTANCE_STATUSES.filter((status) => !isTerminal(status))
  .map((status) => `'${status}'`)
  .join(', ');

export class TypeOrmStatisticsStore implements StatisticsStore {
  constructor(private readonly backend: Backend) {}

  read(): Promise<StorageStatistics> {
    return this.backend.read(statistics(this.backend.dialect));
  }
}

function* statistics(dialect: Dialect): SqlProgram<StorageStatistics> {
  const counts = (yield* runOne(
    sql(
      `SELECT workflow_name, status, COUNT(*) AS n FROM workflow_instances WHERE framework = '${FRAMEWORK}' AND status IN (${LIVE})` +
        ` GROUP BY workflow_name, status ORDER BY workflow_name, status`,
    ),
  )).rows;
  const [blocked] = (yield* runOne(sql('SELECT COUNT(*) AS n FROM romancy_blocks'))).rows;
  const [resumable] = (yield* runOne(oldestResumable(dialect))).rows;
  const [lease] = (yield* runOne(oldestLease(dialect))).rows;
  const [outbox] = (yield* runOne(oldestEvent(dialect))).rows;
  return {
    instances: counts.map((row) => ({
      workflowName: row['workflow_name'] as string,
      status: row['status'] as InstanceStatus,
      count: Number(row['n']),
    })),
    blocked: Number(blocked?.['n'] ?? 0),
    oldestResumableAge: ageOf(resumable),
    oldestLeaseAge: ageOf(lease),
    outboxPending: Number(outbox?.['n'] ?? 0),
    outboxLag: ageOf(outbox),
  };
}

function oldestResumable(dialect: Dialect): SqlStatement {
  return sql(
    `SELECT ${dialect.nowMs} - MIN(${dialect.toMs('i.updated_at')}) AS age FROM workflow_instances i WHERE i.framework = '${FRAMEWORK}'` +
      ` AND i.status IN ('running', 'compensating') AND i.locked_by IS NULL` +
      ` AND NOT EXISTS (SELECT 1 FROM romancy_blocks b WHERE b.instance_id = i.instance_id)`,
  );
}

function oldestLease(dialect: Dialect): SqlStatement {
  return sql(
    `SELECT ${dialect.nowMs} - MIN(${dialect.toMs('i.locked_at')}) AS age FROM workflow_instances i WHERE i.framework = '${FRAMEWORK}'` +
      ` AND i.locked_by IS NOT NULL AND i.status IN (${LIVE})`,
  );
}

function oldestEvent(dialect: Dialect): SqlStatement {
  return sql(
    `SELECT COUNT(*) AS n, ${dialect.nowMs} - MIN(${dialect.toMs('o.created_at')}) AS age FROM outbox_events o` +
      ` WHERE o.status IN ('pending', 'processing')`,
  );
}

/** Shared columns may hold whole seconds, rounded up. */
function ageOf(row: SqlRow | undefined): number | undefined {
  const age = row?.['age'] ?? null;
  return age === null ? undefined : Math.max(Number(age), 0);
}
