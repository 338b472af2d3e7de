import { isTerminal, type CommitEntry, type InstanceRow, type RefusalReason } from '@romancy/core';
import type { Dialect } from '../dialect/dialect.js';
import { run, type SqlProgram } from '../sql/program.js';
import { TERMINAL_LIST } from '../sql/instance-sql.js';
import { chunks, placeholders, sql, type SqlValue } from '../sql/statement.js';

/** A condition of a WHERE clause. */
export interface Condition {
  readonly text: string;
  readonly params: readonly SqlValue[];
}

const HELD = `instance_id = ? AND locked_by = ? AND status NOT IN (${TERMINAL_LIST})`;
const HELD_AND_WANTED = `${HELD} AND romancy_cancel_requested_at IS NULL`;

/** The fence of an entry as a condition on the row of its instance. */
export function fenceOf({ instanceId, fence, settling }: CommitEntry): Condition {
  return { text: settling ? HELD : HELD_AND_WANTED, params: [instanceId, fence] };
}

/** What the fence looks at. */
export type FenceState = Pick<InstanceRow, 'status' | 'lockedBy' | 'cancelRequestedAt'>;

/** Why an entry may not be written; undefined if it may. */
export function refusalOf(state: FenceState | undefined, entry: CommitEntry): RefusalReason | undefined {
  if (state === undefined) return 'lost';
  if (isTerminal(state.status)) return 'ended';
  if (state.lockedBy !== entry.fence) return 'lost';
  if (state.cancelRequestedAt !== null && !entry.settling) return 'cancel-requested';
  return undefined;
}

/** Locks the rows of the instances, in the order of their ids, and answers what the fence looks at. */
export function* lockInstances(dialect: Dialect, ids: readonly string[]): SqlProgram<ReadonlyMap<string, FenceState>> {
  const ordered = [...ids].sort();
  const statements = [...chunks(ordered, dialect.rowsPerStatement)].map((part) =>
    sql(
      `SELECT instance_id, status, locked_by, romancy_cancel_requested_at FROM workflow_instances WHERE instance_id IN (${placeholders(part.length)})` +
        ` ORDER BY instance_id${dialect.forUpdate}`,
      part,
    ),
  );
  const results = yield* run(statements);
  const states = new Map<string, FenceState>();
  for (const row of results.flatMap((result) => result.rows)) {
    states.set(row['instance_id'] as string, {
      status: row['status'] as InstanceRow['status'],
      lockedBy: row['locked_by'] as string | null,
      cancelRequestedAt: row['romancy_cancel_requested_at'] as number | null,
    });
  }
  return states;
}
