import {
  CommitUnknownError,
  StorageUnavailableError,
  type ClaimedInstance,
  type ClaimScope,
  type LeaseHold,
  type LeaseStore,
  type RenewalReport,
} from '@romancy/core';
import type { Backend } from '../connection/backend.js';
import { readInstances } from '../sql/instance-sql.js';
import { run, runOne, type SqlProgram } from '../sql/program.js';
import { chunks, placeholders, sql, type SqlStatement } from '../sql/statement.js';
import { findRunnable, lockOne, lockRunnable } from './claim-scan.js';
import { LeaseRenewal } from './lease-renewal.js';

// A claim is one transaction, and SQLite has a limit of parameters.
const MOST_AT_ONCE = 1000;
const FIRST_DELAY = 1000;
const LONGEST_DELAY = 600_000;

interface Candidate {
  readonly id: string;
  readonly takeover: boolean;
}

/** Takes, extends and gives back leases, by the database's clock. */
export class TypeOrmLeaseStore implements LeaseStore {
  readonly #renewal: LeaseRenewal;

  constructor(private readonly backend: Backend) {
    this.#renewal = new LeaseRenewal(backend);
  }

  async claimRunnable(scope: ClaimScope, limit: number): Promise<readonly ClaimedInstance[]> {
    if (scope.workflowNames.length === 0 || limit < 1) return [];
    const { dialect } = this.backend;
    const ids = await this.backend.read(
      findIds(findRunnable(dialect, scope, Math.min(Math.trunc(limit), MOST_AT_ONCE))),
    );
    if (ids.length === 0) return [];
    return this.#claim('claiming instances', ids, this.#take(scope, lockRunnable(dialect, scope, ids)));
  }

  async claimOne(instanceId: string, scope: ClaimScope): Promise<ClaimedInstance | undefined> {
    if (scope.workflowNames.length === 0) return undefined;
    const statement = lockOne(this.backend.dialect, scope, instanceId);
    const [claimed] = await this.#claim('claiming an instance', [instanceId], this.#take(scope, statement));
    return claimed;
  }

  renew(holds: readonly LeaseHold[], leaseMs: number): Promise<RenewalReport> {
    return this.#renewal.renew(holds, leaseMs);
  }

  async release(holds: readonly LeaseHold[]): Promise<void> {
    for (const part of chunks(holds, 200))
      await this.backend.write('releasing leases', 'transaction', releaseAll(part));
  }

  /** In the order of the ids. */
  async #claim(
    label: string,
    ids: readonly string[],
    program: SqlProgram<readonly ClaimedInstance[]>,
  ): Promise<readonly ClaimedInstance[]> {
    try {
      const claimed = new Map(
        (await this.backend.write(label, 'transaction', program)).map((claim) => [claim.row.instanceId, claim]),
      );
      return ids.map((id) => claimed.get(id)).filter((claim) => claim !== undefined);
    } catch (error) {
      // A claim that nobody knows of ends with its lease.
      if (error instanceof CommitUnknownError) throw new StorageUnavailableError(error.message, { cause: error });
      throw error;
    }
  }

  *#take(scope: ClaimScope, lock: SqlStatement): SqlProgram<readonly ClaimedInstance[]> {
    const { dialect } = this.backend;
    const { rows } = yield* runOne(lock);
    const candidates = rows.map((row): Candidate => ({
      id: row['instance_id'] as string,
      takeover: row['locked_by'] !== null,
    }));
    if (candidates.length === 0) return [];
    const takeovers = candidates.filter(({ takeover }) => takeover).map(({ id }) => id);
    yield* this.#countTakeovers(takeovers, scope.leaseMs);
    const ids = candidates.map(({ id }) => id);
    yield* run(
      [...chunks(ids, 200)].map((part) =>
        sql(
          `UPDATE workflow_instances SET locked_by = ?, locked_at = ${dialect.now}, lock_timeout_seconds = ?, lock_expires_at = ${dialect.nowPlus},` +
            ` updated_at = ${dialect.now}, status = CASE WHEN status = 'compensating' THEN status ELSE 'running' END` +
            ` WHERE instance_id IN (${placeholders(part.length)})`,
          [scope.token, Math.ceil(scope.leaseMs / 1000), dialect.lease(scope.leaseMs), ...part],
        ),
      ),
    );
    const found = yield* readInstances(dialect, ids);
    return candidates.flatMap(({ id, takeover }) => {
      const row = found.get(id);
      return row === undefined ? [] : [{ row, takeover }];
    });
  }

  /** The first take-over is free; from then on an instance whose worker dies again rests after its lease, longer each time. */
  *#countTakeovers(ids: readonly string[], leaseMs: number): SqlProgram<void> {
    if (ids.length === 0) return;
    const { dialect } = this.backend;
    const { rows } = yield* runOne(
      sql(
        `SELECT i.instance_id, r.takeovers, ${dialect.nowMs} AS now FROM workflow_instances i` +
          ` LEFT JOIN romancy_runs r ON r.instance_id = i.instance_id WHERE i.instance_id IN (${placeholders(ids.length)})`,
        ids,
      ),
    );
    yield* run(
      rows.map((row) => {
        const takeovers = Number(row['takeovers'] ?? 0) + 1;
        const rest = Math.min(FIRST_DELAY * 2 ** (takeovers - 1), LONGEST_DELAY);
        return sql(
          `INSERT INTO romancy_runs (instance_id, takeovers, next_run_at) VALUES (?, ?, ?)` +
            dialect.orReplace(['instance_id'], ['takeovers', 'next_run_at']),
          [row['instance_id'] as string, takeovers, Number(row['now']) + leaseMs + rest],
        );
      }),
    );
  }
}

function* findIds(statement: SqlStatement): SqlProgram<readonly string[]> {
  const { rows } = yield* runOne(statement);
  return rows.map((row) => row['instance_id'] as string);
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
