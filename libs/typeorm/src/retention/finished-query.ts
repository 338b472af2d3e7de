import {
  FRAMEWORK,
  type FinishedPage,
  type RetainedRow,
  type RetentionPosition,
  type RetentionTerm,
} from '@romancy/core';
import type { Dialect, SqlCondition } from '../dialect/dialect.js';
import { runOne, type SqlProgram } from '../sql/program.js';
import { placeholders, sql, type SqlRow, type SqlValue } from '../sql/statement.js';

const CONTINUED = 'EXISTS (SELECT 1 FROM workflow_instances n WHERE n.continued_from = i.instance_id)';
// The first of a chain is left: the chain is addressed by its id.
const WHAT = {
  ends: `NOT ${CONTINUED}`,
  generations: `i.romancy_chain IS NOT NULL AND i.continued_from IS NOT NULL AND ${CONTINUED}`,
} as const;
const SECOND = 1000;

export function retainedColumns(dialect: Dialect): string {
  const changed = dialect.toMs('i.updated_at');
  return (
    `i.instance_id AS instance_id, i.workflow_name AS workflow_name, i.framework AS framework, i.status AS status,` +
    ` i.continued_from AS continued_from, ${changed} AS ended_at, ${dialect.nowMs} - ${changed} AS age`
  );
}

export function retainedRow(row: SqlRow): RetainedRow {
  return {
    instanceId: row['instance_id'] as string,
    workflowName: row['workflow_name'] as string,
    framework: row['framework'] as string,
    status: row['status'] as RetainedRow['status'],
    continuedFrom: row['continued_from'] as string | null,
    ageMs: Number(row['age']),
  };
}

/** A page of the instances that the terms cover, along the index on the time of their last change. */
export function* readFinished(
  dialect: Dialect,
  what: keyof typeof WHAT,
  terms: readonly RetentionTerm[],
  after: RetentionPosition | null,
  limit: number,
): SqlProgram<FinishedPage> {
  if (terms.length === 0) return { rows: [], next: null };
  const youngest = Math.min(...terms.map((term) => term.olderThanMs));
  const conditions = [
    { sql: `i.framework = '${FRAMEWORK}' AND ${olderThan(dialect, youngest)}`, params: [] },
    anyOf(terms.map((term) => termCondition(dialect, term))),
    { sql: WHAT[what], params: [] },
    ...(after === null ? [] : [behind(dialect, after)]),
  ];
  const { rows } = yield* runOne(
    sql(
      `SELECT ${retainedColumns(dialect)} FROM workflow_instances i WHERE ${conditions.map((each) => each.sql).join(' AND ')}` +
        ` ORDER BY i.updated_at, i.instance_id LIMIT ${Math.trunc(limit)}`,
      conditions.flatMap((each) => each.params),
    ),
  );
  const last = rows.length < Math.trunc(limit) ? undefined : rows.at(-1);
  const next = last && { endedAt: Number(last['ended_at']), instanceId: last['instance_id'] as string };
  return { rows: rows.map(retainedRow), next: next ?? null };
}

function olderThan(dialect: Dialect, milliseconds: number): string {
  return `i.updated_at < ${dialect.secondsAgo(Math.ceil(milliseconds / SECOND))}`;
}

function termCondition(dialect: Dialect, { status, olderThanMs, workflow }: RetentionTerm): SqlCondition {
  const ended = `i.status = '${status}' AND ${olderThan(dialect, olderThanMs)}`;
  if ('only' in workflow) return { sql: `${ended} AND i.workflow_name = ?`, params: [workflow.only] };
  if (workflow.except.length === 0) return { sql: ended, params: [] };
  const names = placeholders(workflow.except.length);
  return { sql: `${ended} AND i.workflow_name NOT IN (${names})`, params: workflow.except };
}

function anyOf(conditions: readonly SqlCondition[]): SqlCondition {
  return {
    sql: `(${conditions.map((each) => `(${each.sql})`).join(' OR ')})`,
    params: conditions.flatMap((each) => each.params),
  };
}

/** The bare column is compared for the sake of its index, a second earlier, because siblings write whole seconds. */
function behind(dialect: Dialect, { endedAt, instanceId }: RetentionPosition): SqlCondition {
  const changed = dialect.toMs('i.updated_at');
  const params: SqlValue[] = [dialect.time(endedAt - SECOND), endedAt, endedAt, instanceId];
  return {
    sql: `i.updated_at >= ${dialect.timestamp} AND (${changed} > ? OR (${changed} = ? AND i.instance_id > ?))`,
    params,
  };
}
