import { FRAMEWORK, type InstanceFilter } from '@romancy/core';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import type { Dialect, SqlCondition } from '../dialect/dialect.js';
import { InstanceEntity, type InstanceRecord } from '../entities/instance.entity.js';
import { parsePageToken } from './page-token.js';

/** The exact start in milliseconds; rows of the siblings have only the shared column. */
export function startedAtOf(dialect: Dialect): string {
  return `COALESCE(i.romancy_started_at, ${dialect.toMs('i.started_at')})`;
}

/** The instances that pass a filter, from its page on. */
export function instanceQuery(
  manager: EntityManager,
  dialect: Dialect,
  filter: InstanceFilter,
): SelectQueryBuilder<InstanceRecord> {
  const startedAt = startedAtOf(dialect);
  const query = manager.createQueryBuilder(InstanceEntity, 'i').where('1 = 1');
  const { status, framework = FRAMEWORK, pageToken } = filter;
  if (framework !== null) query.andWhere('i.framework = :framework', { framework });
  if (status !== undefined) {
    const statuses = typeof status === 'string' ? [status] : status;
    if (statuses.length === 0) query.andWhere('1 = 0');
    else query.andWhere('i.status IN (:...statuses)', { statuses });
  }
  for (const [column, value] of [
    ['workflow_name', filter.workflowName],
    ['instance_id', filter.instanceId],
  ] as const) {
    if (value !== undefined) andWhere(query, column, { sql: dialect.contains(`i.${column}`), params: [value] });
  }
  if (filter.startedAfter !== undefined) query.andWhere(`${startedAt} >= :after`, { after: filter.startedAfter });
  if (filter.startedBefore !== undefined) query.andWhere(`${startedAt} <= :before`, { before: filter.startedBefore });
  (filter.input ?? []).forEach(({ path, value }, index) => {
    andWhere(query, `input${index}`, dialect.jsonEquals('i.input_data', path, value));
  });
  if (pageToken !== undefined) {
    const position = parsePageToken(pageToken);
    query.andWhere(`(${startedAt} < :pageTime OR (${startedAt} = :pageTime AND i.instance_id < :pageId))`, {
      pageTime: position.startedAt,
      pageId: position.instanceId,
    });
  }
  return query;
}

/** A fragment with `?` placeholders becomes one with named parameters. */
function andWhere(query: SelectQueryBuilder<InstanceRecord>, name: string, { sql, params }: SqlCondition): void {
  let index = 0;
  const named = sql.replace(/\?/g, () => `:${name}_${index++}`);
  query.andWhere(`(${named})`, Object.fromEntries(params.map((value, position) => [`${name}_${position}`, value])));
}
