import { FRAMEWORK, type ClaimScope } from '@romancy/core';
import type { Dialect } from '../dialect/dialect.js';
import { TERMINAL_LIST } from '../sql/instance-sql.js';
import { placeholders, sql, type SqlStatement, type SqlValue } from '../sql/statement.js';

interface Condition {
  readonly text: string;
  readonly params: readonly SqlValue[];
}

const LIVE = `i.status NOT IN (${TERMINAL_LIST})`;

/** Ours, registered here, and not blocked for the code of this process. */
function inScope({ workflowNames, codeVersions }: ClaimScope): Condition {
  const names = `i.framework = '${FRAMEWORK}' AND i.workflow_name IN (${placeholders(workflowNames.length)})`;
  if (codeVersions.length === 0) return { text: names, params: workflowNames };
  const blocked =
    `SELECT 1 FROM romancy_blocks b WHERE b.instance_id = i.instance_id` +
    ` AND b.code_version IN (${placeholders(codeVersions.length)})`;
  // Ending an instance needs no code: a cancel request gets through a block.
  return {
    text: `${names} AND (i.romancy_cancel_requested_at IS NOT NULL OR NOT EXISTS (${blocked}))`,
    params: [...workflowNames, ...codeVersions],
  };
}

/** The reasons for which an instance can go on without a timer. Each has an index of its own. */
function reasons(dialect: Dialect): readonly string[] {
  const rests = `SELECT 1 FROM romancy_runs r WHERE r.instance_id = i.instance_id AND r.next_run_at > ${dialect.nowMs}`;
  return [
    `i.status IN ('running', 'compensating') AND i.locked_by IS NULL`,
    `i.lock_expires_at <= ${dialect.now} AND i.locked_by IS NOT NULL AND ${LIVE} AND NOT EXISTS (${rests})`,
    `i.status IN ('waiting_for_event', 'waiting_for_timer', 'waiting_for_message') AND i.locked_by IS NULL` +
      ` AND i.romancy_cancel_requested_at IS NOT NULL`,
  ];
}

/** Finds candidates without locking them: what an idle process asks for again and again. */
export function findRunnable(dialect: Dialect, scope: ClaimScope, limit: number): SqlStatement {
  const { text, params } = inScope(scope);
  const parts = reasons(dialect).map(
    (reason, index) =>
      `SELECT * FROM (SELECT i.instance_id, i.started_at FROM workflow_instances i WHERE ${reason} AND ${text}` +
      ` ORDER BY i.started_at, i.instance_id LIMIT ?) reason${index}`,
  );
  return sql(`${parts.join(' UNION ALL ')} ORDER BY started_at, instance_id LIMIT ?`, [
    ...parts.flatMap(() => [...params, limit]),
    limit,
  ]);
}

/** Locks those of the candidates that can still be taken; rows that somebody else is looking at are left to them. */
export function lockRunnable(dialect: Dialect, scope: ClaimScope, ids: readonly string[]): SqlStatement {
  const { text, params } = inScope(scope);
  return sql(
    `SELECT i.instance_id, i.locked_by FROM workflow_instances i WHERE i.instance_id IN (${placeholders(ids.length)})` +
      ` AND (${reasons(dialect)
        .map((reason) => `(${reason})`)
        .join(' OR ')}) AND ${text} ORDER BY i.instance_id${dialect.forUpdateSkipLocked}`,
    [...ids, ...params],
  );
}

/** Locks one instance if it is live and free, or its lease has expired. */
export function lockOne(dialect: Dialect, scope: ClaimScope, instanceId: string): SqlStatement {
  const { text, params } = inScope(scope);
  return sql(
    `SELECT i.instance_id, i.locked_by FROM workflow_instances i WHERE i.instance_id = ? AND ${LIVE}` +
      ` AND (i.locked_by IS NULL OR i.lock_expires_at <= ${dialect.now}) AND ${text}${dialect.forUpdate}`,
    [instanceId, ...params],
  );
}
