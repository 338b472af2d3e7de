import {
  isTerminal,
  SerializationConflictError,
  type InstanceStatus,
  type LeaseHold,
  type RenewalReport,
} from '@romancy/core';
import type { Backend } from '../connection/backend.js';
import { run, runOne, type SqlProgram } from '../sql/program.js';
import { chunks, placeholders, sql, type SqlRow } from '../sql/statement.js';

const HOLDS_PER_TRANSACTION = 500;

interface Looked {
  readonly lost: string[];
  readonly cancelRequested: { readonly instanceId: string; readonly reason: string | null }[];
  /** Locked by somebody at that moment. */
  readonly skipped: LeaseHold[];
}

/** Extends leases, all in one go; rows that a commit holds at that moment get a second look of their own (E18a). */
export class LeaseRenewal {
  constructor(private readonly backend: Backend) {}

  async renew(holds: readonly LeaseHold[], leaseMs: number): Promise<RenewalReport> {
    const report: Looked = { lost: [], cancelRequested: [], skipped: [] };
    const ordered = [...holds].sort((a, b) => (a.instanceId < b.instanceId ? -1 : 1));
    const parts = [...chunks(ordered, HOLDS_PER_TRANSACTION)];
    for (const part of parts)
      merge(report, await this.#extend(part, leaseMs, this.backend.dialect.forUpdateSkipLocked));
    for (const hold of report.skipped.splice(0)) {
      try {
        merge(report, await this.#extend([hold], leaseMs, this.backend.dialect.forUpdate));
      } catch (error) {
        // Still locked: neither lost nor extended, the next round comes before the lease ends.
        if (!(error instanceof SerializationConflictError)) throw error;
      }
    }
    const { lost, cancelRequested, skipped } = report;
    // What a blocking look did not find is not there.
    return { lost: [...lost, ...skipped.map(({ instanceId }) => instanceId)], cancelRequested };
  }

  #extend(holds: readonly LeaseHold[], leaseMs: number, lock: string): Promise<Looked> {
    return this.backend.write('renewing leases', 'transaction', this.#program(holds, leaseMs, lock));
  }

  *#program(holds: readonly LeaseHold[], leaseMs: number, lock: string): SqlProgram<Looked> {
    const { dialect } = this.backend;
    const { rows } = yield* runOne(
      sql(
        `SELECT instance_id, locked_by, status, romancy_cancel_requested_at, romancy_cancel_reason FROM workflow_instances` +
          ` WHERE instance_id IN (${placeholders(holds.length)}) ORDER BY instance_id${lock}`,
        holds.map(({ instanceId }) => instanceId),
      ),
    );
    const found = new Map(rows.map((row) => [row['instance_id'] as string, row]));
    const looked: Looked = { lost: [], cancelRequested: [], skipped: [] };
    const held: string[] = [];
    for (const hold of holds) {
      const row = found.get(hold.instanceId);
      if (row === undefined) looked.skipped.push(hold);
      else if (!isHeld(row, hold)) looked.lost.push(hold.instanceId);
      else {
        held.push(hold.instanceId);
        if (row['romancy_cancel_requested_at'] !== null) {
          looked.cancelRequested.push({
            instanceId: hold.instanceId,
            reason: row['romancy_cancel_reason'] as string | null,
          });
        }
      }
    }
    if (held.length > 0) {
      const update =
        `UPDATE workflow_instances SET lock_expires_at = ${dialect.nowPlus}` +
        ` WHERE instance_id IN (${placeholders(held.length)})`;
      yield* run([sql(update, [dialect.lease(leaseMs), ...held])], true);
    }
    return looked;
  }
}

function isHeld(row: SqlRow, { token }: LeaseHold): boolean {
  return row['locked_by'] === token && !isTerminal(row['status'] as InstanceStatus);
}

function merge(into: Looked, part: Looked): void {
  into.lost.push(...part.lost);
  into.cancelRequested.push(...part.cancelRequested);
  into.skipped.push(...part.skipped);
}
