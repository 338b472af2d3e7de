import {
  CommitUnknownError,
  StorageUnavailableError,
  type ClaimedInstance,
  type ClaimScope,
  type LeaseHold,
  type LeaseStore,
  type RenewalReport,
  type Scan,
} from '@romancy/core';
import type { Backend } from '../connection/backend.js';
import type { ProcessProbe } from '../liveness/process-probe.js';
import { toSight } from '../liveness/sightings.js';
import { run, runOne, type SqlProgram } from '../sql/program.js';
import { chunks, sql, type SqlRow } from '../sql/statement.js';
import { claimProgram } from './claim-program.js';
import { scanStatement } from './claim-scan.js';
import { LeaseRenewal } from './lease-renewal.js';

// A claim is one transaction, and SQLite has a limit of parameters.
const MOST_AT_ONCE = 1000;

/** Takes, extends and gives back leases, by the database's clock. */
export class TypeOrmLeaseStore implements LeaseStore {
  readonly #renewal: LeaseRenewal;

  constructor(
    private readonly backend: Backend,
    private readonly probe: ProcessProbe,
  ) {
    this.#renewal = new LeaseRenewal(backend);
  }

  async scan(scope: ClaimScope, limit: number): Promise<Scan> {
    const most = Math.min(Math.trunc(limit), MOST_AT_ONCE);
    const rows = await this.backend.read(rowsOf(scanStatement(this.backend.dialect, scope, most)));
    return {
      runnable: rows
        .filter((row) => row['instance_id'] !== null)
        .sort(oldestFirst)
        .map((row) => ({ instanceId: row['instance_id'] as string, takeovers: Number(row['takeovers'] ?? 0) })),
      workers: rows.filter((row) => row['worker_id'] !== null).map((row) => toSight(row, this.probe)),
    };
  }

  async claimThese(
    instanceIds: readonly string[],
    scope: ClaimScope,
    locked: 'wait' | 'skip' = 'wait',
  ): Promise<readonly ClaimedInstance[]> {
    if (scope.workflowNames.length === 0) return [];
    const { dialect } = this.backend;
    const lock = locked === 'skip' ? dialect.forUpdateSkipLocked : dialect.forUpdate;
    const claimed = new Map<string, ClaimedInstance>();
    for (const part of chunks([...new Set(instanceIds)], MOST_AT_ONCE)) {
      for (const claim of await this.#claim(claimProgram(dialect, scope, part, lock)))
        claimed.set(claim.row.instanceId, claim);
    }
    return instanceIds.map((id) => claimed.get(id)).filter((claim) => claim !== undefined);
  }

  renew(holds: readonly LeaseHold[], leaseMs: number): Promise<RenewalReport> {
    return this.#renewal.renew(holds, leaseMs);
  }

  async release(holds: readonly LeaseHold[]): Promise<void> {
    for (const part of chunks(holds, 200))
      await this.backend.write('releasing leases', 'transaction', releaseAll(part));
  }

  async #claim(program: SqlProgram<readonly ClaimedInstance[]>): Promise<readonly ClaimedInstance[]> {
    const kind = this.backend.dialect.name === 'postgres' ? 'autocommit' : 'transaction';
    try {
      return await this.backend.write('claiming instances', kind, program);
    } catch (error) {
      // A claim that nobody knows of ends with its lease.
      if (error instanceof CommitUnknownError) throw new StorageUnavailableError(error.message, { cause: error });
      throw error;
    }
  }
}

function* rowsOf(statement: ReturnType<typeof scanStatement>): SqlProgram<readonly SqlRow[]> {
  const { rows } = yield* runOne(statement);
  return rows;
}

/** By their texts, which sort as the times do. */
function oldestFirst(a: SqlRow, b: SqlRow): number {
  const key = (row: SqlRow): string => `${String(row['started_at'])} ${String(row['instance_id'])}`;
  return key(a) < key(b) ? -1 : 1;
}

function* releaseAll(holds: readonly LeaseHold[]): SqlProgram<void> {
  const ordered = [...holds].sort((a, b) => (a.instanceId < b.instanceId ? -1 : 1));
  yield* run(
    ordered.map(({ instanceId, token }) =>
      sql(
        `UPDATE workflow_instances SET locked_by = NULL, locked_at = NULL, lock_expires_at = NULL WHERE instance_id = ? AND locked_by = ?`,
        [instanceId, token],
      ),
    ),
    true,
  );
}
