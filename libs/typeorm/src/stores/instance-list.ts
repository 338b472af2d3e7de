import type { InstanceFilter, InstancePage, InstanceRow } from '@romancy/core';
import type { Backend } from '../connection/backend.js';
import type { SqlCondition } from '../dialect/dialect.js';
import { instanceRowOf } from '../sql/instance-record.js';
import { instanceColumns } from '../sql/instance-sql.js';
import { runOne, type SqlProgram } from '../sql/program.js';
import { sql, type SqlRow, type SqlValue } from '../sql/statement.js';
import { instanceConditions, isOneOf, startedAtOf, statusesOf } from './instance-conditions.js';
import { parsePageToken, toPageToken } from './page-token.js';
import { windowsOf, type StartPoint } from './start-windows.js';

/** So few instances of a status, or of a workflow, are sorted as a whole instead of being looked for among all. */
const FEW = 2000;

/** Newest first: by the index of a filter that leaves few, otherwise window by window down the index of starting times. */
export async function listInstances(backend: Backend, filter: InstanceFilter): Promise<InstancePage> {
  const limit = Math.min(Math.max(Math.trunc(filter.limit ?? 50), 1), 1000);
  const { withoutPayloads = false } = filter;
  const conditions = [...instanceConditions(backend.dialect, filter)];
  const statuses = statusesOf(filter);
  const narrow: [index: string, condition: SqlCondition][] = [];
  if (statuses !== undefined) {
    narrow.push(['idx_instances_resumable', { sql: isOneOf('i.status', statuses), params: statuses }]);
  }
  if (filter.workflowName !== undefined) {
    const names = await backend.read(namesLike(backend, filter.workflowName));
    const ofThese = { sql: isOneOf('i.workflow_name', names), params: names };
    conditions.push(ofThese);
    narrow.push(['idx_instances_workflow', ofThese]);
  }
  for (const [index, condition] of narrow) {
    if (await backend.read(isFew(backend, index, condition))) {
      return pageOf(await backend.read(find(backend, index, conditions, { limit: limit + 1, withoutPayloads })), limit);
    }
  }
  const found: InstanceRow[] = [];
  for await (const { condition, below, looked, last } of windowsOf(backend, startOf(filter), limit)) {
    const within = [...conditions, condition];
    found.push(
      ...(await backend.read(find(backend, STARTED, within, { limit: limit + 1 - found.length, withoutPayloads }))),
    );
    if (found.length > limit || last) break;
    if (filter.startedAfter !== undefined && below < filter.startedAfter) break;
    if (looked >= (filter.scanLimit ?? Infinity)) {
      const nextPageToken = toPageToken({ startedAt: below, instanceId: '' });
      return { instances: found, hasMore: true, nextPageToken, searchedTo: below };
    }
  }
  return pageOf(found, limit);
}

const STARTED = 'idx_romancy_instances_started';

function startOf({ startedBefore, pageToken }: InstanceFilter): StartPoint | undefined {
  const points: StartPoint[] = startedBefore === undefined ? [] : [{ time: startedBefore, included: true }];
  if (pageToken !== undefined) {
    const { startedAt, instanceId } = parsePageToken(pageToken);
    points.push({ time: startedAt, included: instanceId !== '' });
  }
  return points.sort((a, b) => a.time - b.time || Number(a.included) - Number(b.included))[0];
}

function pageOf(found: readonly InstanceRow[], limit: number): InstancePage {
  const instances = found.slice(0, limit);
  const last = instances.at(-1);
  const hasMore = found.length > limit;
  return { instances, hasMore, nextPageToken: hasMore && last !== undefined ? toPageToken(last) : null };
}

/** Every instance refers to a definition, of which there are few. */
function* namesLike({ dialect }: Backend, part: string): SqlProgram<readonly string[]> {
  const { rows } = yield* runOne(
    sql(
      `SELECT DISTINCT d.workflow_name AS name FROM workflow_definitions d WHERE ${dialect.contains('d.workflow_name')}`,
      [part],
    ),
  );
  return rows.map((row) => row['name'] as string);
}

function* isFew({ dialect }: Backend, index: string, condition: SqlCondition): SqlProgram<boolean> {
  const { rows } = yield* runOne(
    sql(
      `SELECT COUNT(*) AS n FROM (SELECT 1 AS one FROM workflow_instances i${dialect.throughIndex(index)}` +
        ` WHERE ${condition.sql} LIMIT ${FEW + 1}) c`,
      condition.params,
    ),
  );
  return Number(rows[0]?.['n']) <= FEW;
}

/** Sorts ids alone: inputs can be large. */
function* find(
  { dialect }: Backend,
  index: string,
  conditions: readonly SqlCondition[],
  { limit, withoutPayloads }: Pick<InstanceFilter, 'withoutPayloads'> & { readonly limit: number },
): SqlProgram<readonly InstanceRow[]> {
  const order = `${startedAtOf(dialect)} DESC, i.instance_id DESC`;
  const where = conditions.map((condition) => `(${condition.sql})`).join(' AND ');
  const { rows } = yield* runOne(
    sql(
      `SELECT ${instanceColumns(dialect, 'i', withoutPayloads)} FROM (SELECT i.instance_id AS id FROM workflow_instances i` +
        `${dialect.throughIndex(index)}${where === '' ? '' : ` WHERE ${where}`} ORDER BY ${order} LIMIT ?) page` +
        ` JOIN workflow_instances i ON i.instance_id = page.id ORDER BY ${order}`,
      [...conditions.flatMap<SqlValue>(({ params }) => params), limit],
    ),
  );
  return rows.map((row: SqlRow) => instanceRowOf(row));
}
