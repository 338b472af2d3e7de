import { FRAMEWORK, type InputFilter, type InstanceFilter, type InstancePage, type InstanceRow } from '@romancy/core';
import { PageTokenError } from '@romancy/typeorm';

/** One page of the instances that pass the filter: newest first, ties by id, resumed after the row that the token names. */
export function listInstances(rows: readonly InstanceRow[], filter: InstanceFilter): InstancePage {
  const limit = Math.min(Math.max(filter.limit ?? 50, 1), 1000);
  const last = filter.pageToken === undefined ? undefined : parseToken(filter.pageToken);
  const found = rows
    .filter((row) => matches(row, filter) && (last === undefined || newestFirst(last, row) < 0))
    .sort(newestFirst);
  const page = found.slice(0, limit);
  const instances = filter.withoutPayloads ? page.map((row) => ({ ...row, input: '', output: null })) : page;
  const end = instances.at(-1);
  const hasMore = found.length > limit;
  return { instances, hasMore, nextPageToken: hasMore && end !== undefined ? tokenOf(end) : null };
}

type Position = Pick<InstanceRow, 'startedAt' | 'instanceId'>;

function newestFirst(a: Position, b: Position): number {
  if (a.startedAt !== b.startedAt) return b.startedAt - a.startedAt;
  if (a.instanceId === b.instanceId) return 0;
  return a.instanceId < b.instanceId ? 1 : -1;
}

function tokenOf(row: Position): string {
  return `${new Date(row.startedAt).toISOString()}||${row.instanceId}`;
}

function parseToken(token: string): Position {
  const end = token.indexOf('||');
  const startedAt = Date.parse(token.slice(0, end));
  if (end < 0 || Number.isNaN(startedAt)) throw new PageTokenError();
  return { startedAt, instanceId: token.slice(end + 2) };
}

function matches(row: InstanceRow, filter: InstanceFilter): boolean {
  const framework = filter.framework === undefined ? FRAMEWORK : filter.framework;
  return (
    (framework === null || row.framework === framework) &&
    (filter.status === undefined || [filter.status].flat().includes(row.status)) &&
    contains(row.workflowName, filter.workflowName) &&
    contains(row.instanceId, filter.instanceId) &&
    row.startedAt >= (filter.startedAfter ?? -Infinity) &&
    row.startedAt <= (filter.startedBefore ?? Infinity) &&
    (filter.input ?? []).every((wanted) => hasValue(row.input, wanted))
  );
}

function contains(text: string, part: string | undefined): boolean {
  return part === undefined || text.toLowerCase().includes(part.toLowerCase());
}

function hasValue(input: string, wanted: InputFilter): boolean {
  let value: unknown = JSON.parse(input);
  for (const key of wanted.path.split('.')) {
    if (typeof value !== 'object' || value === null) return wanted.value === null;
    value = Reflect.get(value, key);
  }
  return (value ?? null) === wanted.value;
}
