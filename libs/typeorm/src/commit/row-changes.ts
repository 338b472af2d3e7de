import type { CommitEntry } from '@romancy/core';
import type { Dialect } from '../dialect/dialect.js';
import { chunks, placeholders, sql, type SqlStatement, type SqlValue } from '../sql/statement.js';
import { CLEANED_TABLES, hasSideRows } from './entry-shape.js';
import type { Condition } from './fence.js';

/** What an entry sets, and nothing else: SQLite rewrites the indexes of every column that is named. */
export function instanceUpdate(dialect: Dialect, entry: CommitEntry, where: Condition): SqlStatement {
  const set = [`updated_at = ${dialect.now}`];
  const params: SqlValue[] = [];
  const assign = (column: string, value: string | null | undefined): void => {
    if (value === null || value === undefined) return;
    set.push(`${column} = ?`);
    params.push(value);
  };
  assign('status', entry.status);
  assign('output_data', entry.output);
  assign('current_activity_id', entry.currentActivityId);
  assign('romancy_stage', entry.stage);
  if (dialect.comparesWrites) set.push('romancy_turn = COALESCE(romancy_turn, 0) + 1');
  if (entry.release) set.push('locked_by = NULL', 'locked_at = NULL', 'lock_expires_at = NULL');
  return sql(`UPDATE workflow_instances SET ${set.join(', ')} WHERE ${where.text}`, [...params, ...where.params]);
}

/** Removals that an entry names by key. */
export function removals(dialect: Dialect, entries: readonly CommitEntry[]): SqlStatement[] {
  return entries.flatMap((entry) =>
    entry.cleanUp || !hasSideRows(entry)
      ? []
      : [
          ...removeKeys(dialect, 'workflow_timer_subscriptions', 'timer_id', entry.instanceId, entry.removeTimers),
          ...removeKeys(dialect, 'romancy_attempts', 'step_id', entry.instanceId, entry.removeAttempts),
          ...(entry.clearTakeovers ? [sql('DELETE FROM romancy_runs WHERE instance_id = ?', [entry.instanceId])] : []),
        ],
  );
}

/** Removes rows of an instance by another column. */
export function removeKeys(
  dialect: Dialect,
  table: string,
  column: string,
  instanceId: string,
  keys: readonly string[],
): SqlStatement[] {
  if (keys.length === 0) return [];
  return [...chunks([...new Set(keys)], dialect.rowsPerStatement)].map((part) =>
    sql(`DELETE FROM ${table} WHERE instance_id = ? AND ${column} IN (${placeholders(part.length)})`, [
      instanceId,
      ...part,
    ]),
  );
}

/** Removes everything that could wake instances that have ended. */
export function cleanUps(dialect: Dialect, instanceIds: readonly string[]): SqlStatement[] {
  return [...chunks(instanceIds, dialect.rowsPerStatement)].flatMap((part) =>
    CLEANED_TABLES.map((table) =>
      sql(`DELETE FROM ${table} WHERE instance_id IN (${placeholders(part.length)})`, part),
    ),
  );
}
