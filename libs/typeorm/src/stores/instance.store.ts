import {
  FRAMEWORK,
  isTerminal,
  type CancelRequestOutcome,
  type InstanceFilter,
  type InstancePage,
  type InstanceRow,
  type InstanceStore,
} from '@romancy/core';
import type { Backend } from '../connection/backend.js';
import { readInstances, TERMINAL_LIST } from '../sql/instance-sql.js';
import { runOne, type SqlProgram } from '../sql/program.js';
import { sql } from '../sql/statement.js';
import { listInstances } from './instance-list.js';
import { newestGeneration } from './newest-generation.js';

/** Reads instances, and asks them to stop. */
export class TypeOrmInstanceStore implements InstanceStore {
  constructor(private readonly backend: Backend) {}

  async get(instanceId: string): Promise<InstanceRow | undefined> {
    const [row] = await this.getMany([instanceId]);
    return row;
  }

  async getMany(instanceIds: readonly string[]): Promise<readonly InstanceRow[]> {
    const wanted = [...new Set(instanceIds)];
    const rows = await this.backend.read(readInstances(this.backend.dialect, wanted));
    // A collation that ignores case finds more than was asked for.
    return wanted.flatMap((id) => rows.get(id) ?? []);
  }

  async latest(instanceId: string): Promise<InstanceRow | undefined> {
    const asked = await this.get(instanceId);
    // Only an end is continued; siblings begin the next generation before they end the last one.
    if (!asked || (asked.framework === FRAMEWORK && !isTerminal(asked.status))) return asked;
    let row = asked;
    for (;;) {
      const newest: string = await this.backend.read(newestGeneration(row.instanceId));
      if (newest === row.instanceId) return row;
      const next = await this.get(newest);
      if (!next) return row;
      row = next;
    }
  }

  list(filter: InstanceFilter): Promise<InstancePage> {
    return listInstances(this.backend, filter);
  }

  async requestCancel(instanceId: string, reason: string | null, now: number): Promise<CancelRequestOutcome> {
    // Read first: a collation that ignores case would let the UPDATE find another instance.
    const before = await this.get(instanceId);
    if (before?.framework !== FRAMEWORK) return { kind: 'unknown' };
    const program = markCancelRequest(instanceId, reason, now);
    const requested = await this.backend.write('a cancel request', 'autocommit', program);
    const row = (await this.get(instanceId)) ?? before;
    if (requested) return { kind: 'requested', row };
    return isTerminal(row.status) ? { kind: 'terminal', row } : { kind: 'already', row };
  }
}

function* markCancelRequest(instanceId: string, reason: string | null, now: number): SqlProgram<boolean> {
  const { affected } = yield* runOne(
    sql(
      `UPDATE workflow_instances SET romancy_cancel_requested_at = ?, romancy_cancel_reason = ? WHERE instance_id = ?` +
        ` AND framework = '${FRAMEWORK}' AND status NOT IN (${TERMINAL_LIST}) AND romancy_cancel_requested_at IS NULL`,
      [now, reason, instanceId],
    ),
  );
  return affected > 0;
}
