import { FRAMEWORK, TERMINAL_STATUSES, type InstanceRow } from '@romancy/core';
import type { Dialect } from '../dialect/dialect.js';
import { instanceRowOf, PLAIN_COLUMNS, TIME_COLUMNS, type InstanceColumn } from './instance-record.js';
import { run, type SqlProgram } from './program.js';
import { chunks, placeholders, sql } from './statement.js';

/** `status` is one that never changes again. */
export const TERMINAL_LIST = TERMINAL_STATUSES.map((status) => `'${status}'`).join(', ');

/** 1 where instances of other frameworks are in the database, else 0: two looks at the ends of an index. */
export const SIBLINGS_EXIST =
  `CASE WHEN (SELECT MIN(a.framework) FROM workflow_instances a) < '${FRAMEWORK}'` +
  ` OR (SELECT MAX(z.framework) FROM workflow_instances z) > '${FRAMEWORK}' THEN 1 ELSE 0 END`;

const IDS_PER_QUERY = 512;

/** In place of columns that may be large. */
const LEFT_OUT: Partial<Record<InstanceColumn, string>> = { input_data: `''`, output_data: 'NULL' };

const lists = new Map<string, string>();

/** The select list for {@link instanceRowOf}. */
export function instanceColumns(dialect: Dialect, alias: string, withoutPayloads = false): string {
  const key = `${dialect.name} ${alias} ${String(withoutPayloads)}`;
  let list = lists.get(key);
  if (list === undefined) {
    const instead = withoutPayloads ? LEFT_OUT : {};
    list = [
      ...PLAIN_COLUMNS.map((column) => `${instead[column] ?? `${alias}.${column}`} AS ${column}`),
      ...TIME_COLUMNS.map((column) => `${dialect.toMs(`${alias}.${column}`)} AS ${column}`),
    ].join(', ');
    lists.set(key, list);
  }
  return list;
}

/** To the next power of two, with the last one again: lists of each length would be as many texts for those who prepare them. */
function padded(ids: readonly string[]): readonly string[] {
  const last = ids.at(-1);
  const length = 2 ** Math.ceil(Math.log2(ids.length));
  return last === undefined ? ids : [...ids, ...Array.from({ length: length - ids.length }, () => last)];
}

/** Reads the rows of those ids that exist. */
export function* readInstances(dialect: Dialect, ids: readonly string[]): SqlProgram<Map<string, InstanceRow>> {
  const columns = instanceColumns(dialect, 'i');
  const statements = [...chunks(ids, IDS_PER_QUERY)]
    .map(padded)
    .map((part) =>
      sql(`SELECT ${columns} FROM workflow_instances i WHERE i.instance_id IN (${placeholders(part.length)})`, part),
    );
  const found = new Map<string, InstanceRow>();
  for (const { rows } of yield* run(statements)) {
    for (const row of rows) found.set(row['instance_id'] as string, instanceRowOf(row));
  }
  return found;
}
