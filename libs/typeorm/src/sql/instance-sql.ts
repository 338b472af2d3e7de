import { FRAMEWORK, TERMINAL_STATUSES, type InstanceRow } from '@romancy/core';
import type { Dialect } from '../dialect/dialect.js';
import { toInstanceRow, type InstanceRecord } from '../entities/instance.entity.js';
import { run, type SqlProgram } from './program.js';
import { chunks, placeholders, sql, type SqlRow } from './statement.js';

const PLAIN: readonly (keyof InstanceRecord)[] = [
  'instance_id',
  'workflow_name',
  'source_hash',
  'owner_service',
  'framework',
  'status',
  'current_activity_id',
  'continued_from',
  'input_data',
  'output_data',
  'locked_by',
  'romancy_started_at',
  'romancy_stage',
  'romancy_cancel_requested_at',
  'romancy_cancel_reason',
  'romancy_chain',
  'romancy_started_by',
  'romancy_trace',
];
const TIMES: readonly (keyof InstanceRecord)[] = ['started_at', 'updated_at', 'lock_expires_at'];

/** `status` is one that never changes again. */
export const TERMINAL_LIST = TERMINAL_STATUSES.map((status) => `'${status}'`).join(', ');

/** 1 where instances of other frameworks are in the database, else 0: two looks at the ends of an index. */
export const SIBLINGS_EXIST =
  `CASE WHEN (SELECT MIN(a.framework) FROM workflow_instances a) < '${FRAMEWORK}'` +
  ` OR (SELECT MAX(z.framework) FROM workflow_instances z) > '${FRAMEWORK}' THEN 1 ELSE 0 END`;

const IDS_PER_QUERY = 500;

/** In place of columns that may be large. */
const LEFT_OUT: Partial<Record<keyof InstanceRecord, string>> = { input_data: `''`, output_data: 'NULL' };

const lists = new Map<string, string>();

/** The select list for {@link instanceRowOf}. */
export function instanceColumns(dialect: Dialect, alias: string, withoutPayloads = false): string {
  const key = `${dialect.name} ${alias} ${String(withoutPayloads)}`;
  let list = lists.get(key);
  if (list === undefined) {
    const instead = withoutPayloads ? LEFT_OUT : {};
    list = [
      ...PLAIN.map((column) => `${instead[column] ?? `${alias}.${column}`} AS ${column}`),
      ...TIMES.map((column) => `${dialect.toMs(`${alias}.${column}`)} AS ${column}`),
    ].join(', ');
    lists.set(key, list);
  }
  return list;
}

export function instanceRowOf(row: SqlRow): InstanceRow {
  return toInstanceRow(row);
}

/** Reads the rows of those ids that exist. */
export function* readInstances(dialect: Dialect, ids: readonly string[]): SqlProgram<Map<string, InstanceRow>> {
  const columns = instanceColumns(dialect, 'i');
  const statements = [...chunks(ids, IDS_PER_QUERY)].map((part) =>
    sql(`SELECT ${columns} FROM workflow_instances i WHERE i.instance_id IN (${placeholders(part.length)})`, part),
  );
  const found = new Map<string, InstanceRow>();
  for (const { rows } of yield* run(statements)) {
    for (const row of rows) found.set(row['instance_id'] as string, instanceRowOf(row));
  }
  return found;
}
