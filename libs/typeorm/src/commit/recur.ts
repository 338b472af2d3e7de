import { EntryConflictError, type CommitEntry } from '@romancy/core';
import type { Dialect } from '../dialect/dialect.js';
import { run, type SqlProgram } from '../sql/program.js';
import { sql } from '../sql/statement.js';
import type { MessagingStatements } from './messaging-statements.js';
import { cleanUps } from './row-changes.js';
import type { StartInserts } from './start-inserts.js';

const ARCHIVED = 'instance_id, activity_id, event_type, data_type, event_data, event_data_binary, created_at';

/**
 * What is written of an entry with a next generation before that generation exists: all but the clean-up, which would take the groups away
 * that are to move on, and what the clean-up would remove.
 */
export function beforeRecur(entry: CommitEntry): CommitEntry {
  if (entry.recur === null) return entry;
  return {
    ...entry,
    cleanUp: false,
    block: null,
    addTimers: [],
    removeTimers: [],
    putAttempts: [],
    removeAttempts: [],
    addSubscriptions: [],
    removeSubscriptions: [],
    addWaits: [],
    removeWaits: [],
    cursors: [],
  };
}

/** Hands over to the next generation. The row of the old one, and its last history rows, have been written. */
export function* recur(
  dialect: Dialect,
  { instanceId, recur: next, recurSubscriptions }: CommitEntry,
  starts: StartInserts,
  messaging: MessagingStatements,
): SqlProgram<void> {
  if (next === null) return;
  const [, , started] = yield* run([
    sql(
      `INSERT INTO workflow_history_archive (${ARCHIVED}, archived_at, romancy_time)` +
        ` SELECT ${ARCHIVED}, ${dialect.now}, romancy_time FROM workflow_history WHERE instance_id = ? ORDER BY id`,
      [instanceId],
    ),
    sql('DELETE FROM workflow_history WHERE instance_id = ?', [instanceId]),
    ...starts.singly([next]),
  ]);
  if (dialect.tellsKept && started?.affected !== 1) {
    throw new EntryConflictError('unique', `The next generation ${next.instanceId} exists already.`);
  }
  yield* run([
    sql('UPDATE workflow_compensations SET instance_id = ? WHERE instance_id = ?', [next.instanceId, instanceId]),
    sql('UPDATE workflow_group_memberships SET instance_id = ? WHERE instance_id = ?', [next.instanceId, instanceId]),
    ...messaging.subscribe(next.instanceId, recurSubscriptions),
    ...cleanUps(dialect, [instanceId]),
  ]);
}
