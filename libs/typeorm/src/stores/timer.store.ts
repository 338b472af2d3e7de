import { FRAMEWORK, TERMINAL_STATUSES, type TimerRow, type TimerStore } from '@romancy/core';
import type { Backend } from '../connection/backend.js';
import { InstanceEntity } from '../entities/instance.entity.js';
import { TimerEntity, type TimerRecord } from '../entities/timer.entity.js';

// The shared column is rounded up to whole seconds where it cannot hold more.
const ROUNDING = 1000;

/** Timers of every live instance of ours. */
export class TypeOrmTimerStore implements TimerStore {
  constructor(private readonly backend: Backend) {}

  async upcoming(workflowNames: readonly string[], until: number, limit: number): Promise<readonly TimerRow[]> {
    if (workflowNames.length === 0) return [];
    const { dialect, engine } = this.backend;
    const exact = `COALESCE(t.romancy_expires_at, ${dialect.toMs('t.expires_at')})`;
    const bound = dialect.timestamp.replace('?', ':bound');
    const records = await this.backend.find(() =>
      engine.manager
        .createQueryBuilder(TimerEntity, 't')
        .innerJoin(InstanceEntity.options.name, 'i', 'i.instance_id = t.instance_id')
        .where(`t.expires_at < ${bound}`, { bound: dialect.timeUp(until + ROUNDING) })
        .andWhere(`${exact} < :until`, { until })
        .andWhere('i.framework = :framework', { framework: FRAMEWORK })
        .andWhere('i.status NOT IN (:...ended)', { ended: TERMINAL_STATUSES })
        .andWhere('i.workflow_name IN (:...names)', { names: workflowNames })
        .orderBy(exact)
        .addOrderBy('t.id')
        .limit(limit)
        .getMany(),
    );
    return records.map(toTimerRow);
  }
}

export function toTimerRow(record: TimerRecord): TimerRow {
  return {
    instanceId: record.instance_id,
    timerId: record.timer_id,
    activityId: record.activity_id ?? record.timer_id,
    expiresAt: record.romancy_expires_at ?? record.expires_at,
  };
}
