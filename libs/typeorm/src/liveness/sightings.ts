import { holderOf, type WorkerSight } from '@romancy/core';
import type { Dialect } from '../dialect/dialect.js';
import { sql, type SqlRow, type SqlStatement } from '../sql/statement.js';
import type { ProcessProbe } from './process-probe.js';
import { isHeld } from './session-lock.js';

/** What the list of workers says of the others than the holder of this token, in the columns of a scan. */
export function sightings(dialect: Dialect, token: string): SqlStatement {
  const state =
    dialect.name === 'sqlite'
      ? 'w.liveness'
      : `CASE WHEN w.liveness <> 'session' THEN w.liveness WHEN ${isHeld(dialect, 'w.worker_id')} THEN 'alive' ELSE 'absent' END`;
  return sql(
    `SELECT NULL AS instance_id, NULL AS started_at, NULL AS takeovers, w.worker_id, w.seen_at, w.process_key, ${state} AS state` +
      ` FROM romancy_workers w WHERE w.worker_id <> ?`,
    [holderOf(token)],
  );
}

/** Where a process says of itself that the operating system knows it, that is asked. */
export function toSight(row: SqlRow, probe: ProcessProbe): WorkerSight {
  const state = row['state'] as string;
  const sight = { workerId: row['worker_id'] as string, seenAt: Number(row['seen_at']) };
  if (state === 'alive' || state === 'absent') return { ...sight, state };
  return { ...sight, state: state === 'process' ? probe.stateOf(row['process_key'] as string) : 'unknown' };
}
