import { FRAMEWORK, type TimerRow, type TimerStore } from '@romancy/core';
import type { Backend } from '../connection/backend.js';
import type { Dialect } from '../dialect/dialect.js';
import type { TimerRecord } from '../entities/timer.entity.js';
import { TERMINAL_LIST } from '../sql/instance-sql.js';
import { runOne, type SqlProgram } from '../sql/program.js';
import { placeholders, sql } from '../sql/statement.js';

// The shared column is rounded up to whole seconds where it cannot hold more.
const ROUNDING = 1000;

/** Timers of every live instance of ours. */
export class TypeOrmTimerStore implements TimerStore {
  constructor(private readonly backend: Backend) {}

  async upcoming(workflowNames: readonly string[], until: number, limit: number): Promise<readonly TimerRow[]> {
    if (workflowNames.length === 0) return [];
    return this.backend.read(upcoming(this.backend.dialect, workflowNames, until, limit));
  }
}

/** By the timers' index, whatever the planner thinks of the instances: few timers are due, and many instances may be stored. */
function* upcoming(
  dialect: Dialect,
  workflowNames: readonly string[],
  until: number,
  limit: number,
): SqlProgram<readonly TimerRow[]> {
  const exact = `COALESCE(t.romancy_expires_at, ${dialect.toMs('t.expires_at')})`;
  const { rows } = yield* runOne(
    sql(
      `SELECT t.instance_id, t.timer_id, t.activity_id, ${exact} AS due FROM workflow_timer_subscriptions t` +
        dialect.lookUp('workflow_instances', 'i', 'i.instance_id = t.instance_id') +
        ` WHERE t.expires_at < ${dialect.timestamp} AND ${exact} < ? AND i.framework = '${FRAMEWORK}'` +
        ` AND i.status NOT IN (${TERMINAL_LIST}) AND i.workflow_name IN (${placeholders(workflowNames.length)})` +
        ` ORDER BY due, t.id LIMIT ?`,
      [dialect.timeUp(until + ROUNDING), until, ...workflowNames, limit],
    ),
  );
  return rows.map((row) => {
    const timerId = row['timer_id'] as string;
    return {
      instanceId: row['instance_id'] as string,
      timerId,
      activityId: (row['activity_id'] as string | null) ?? timerId,
      expiresAt: Number(row['due']),
    };
  });
}

export function toTimerRow(record: TimerRecord): TimerRow {
  return {
    instanceId: record.instance_id,
    timerId: record.timer_id,
    activityId: record.activity_id ?? record.timer_id,
    expiresAt: record.romancy_expires_at ?? record.expires_at,
  };
}
