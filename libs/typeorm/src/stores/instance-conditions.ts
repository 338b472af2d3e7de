import { FRAMEWORK, type InstanceFilter } from '@romancy/core';
import type { Dialect, SqlCondition } from '../dialect/dialect.js';
import { placeholders } from '../sql/statement.js';
import { parsePageToken } from './page-token.js';

/** The exact start in milliseconds; rows of the siblings have only the shared column. */
export function startedAtOf(dialect: Dialect): string {
  return `COALESCE(i.romancy_started_at, ${dialect.toMs('i.started_at')})`;
}

/** What an instance (`i`) has to fulfil to pass a filter and to stand on its page or a later one; workflow names are another matter. */
export function instanceConditions(dialect: Dialect, filter: InstanceFilter): readonly SqlCondition[] {
  const startedAt = startedAtOf(dialect);
  const { framework = FRAMEWORK, pageToken, instanceId, startedAfter, startedBefore } = filter;
  const conditions: SqlCondition[] = [];
  const add = (sql: string, ...params: SqlCondition['params']): void => {
    conditions.push({ sql, params });
  };
  if (framework !== null) add('i.framework = ?', framework);
  const statuses = statusesOf(filter);
  if (statuses !== undefined) add(isOneOf('i.status', statuses), ...statuses);
  if (instanceId !== undefined) add(dialect.contains('i.instance_id'), instanceId);
  if (startedAfter !== undefined) add(`${startedAt} >= ?`, startedAfter);
  if (startedBefore !== undefined) add(`${startedAt} <= ?`, startedBefore);
  for (const { path, value } of filter.input ?? []) conditions.push(dialect.jsonEquals('i.input_data', path, value));
  if (pageToken !== undefined) {
    const position = parsePageToken(pageToken);
    const time = position.startedAt;
    add(`(${startedAt} < ? OR (${startedAt} = ? AND i.instance_id < ?))`, time, time, position.instanceId);
  }
  return conditions;
}

export function statusesOf({ status }: InstanceFilter): readonly string[] | undefined {
  return typeof status === 'string' ? [status] : status;
}

export function isOneOf(column: string, values: readonly string[]): string {
  return values.length === 0 ? '1 = 0' : `${column} IN (${placeholders(values.length)})`;
}
