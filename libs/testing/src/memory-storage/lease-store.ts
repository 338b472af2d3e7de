import {
  FRAMEWORK,
  isTerminal,
  type ClaimedInstance,
  type ClaimScope,
  type LeaseHold,
  type LeaseStore,
  type RenewalReport,
} from '@romancy/core';
import type { Connection } from './connection.js';
import type { InstanceRecord } from './instance-record.js';
import type { MemoryDatabase } from './memory-database.js';
import { canGoOn, isBlockedFor, isExpired, takeoverDelay } from './claim-rules.js';

export class MemoryLeaseStore implements LeaseStore {
  constructor(private readonly connection: Connection) {}

  claimRunnable(scope: ClaimScope, limit: number): Promise<readonly ClaimedInstance[]> {
    const { database } = this.connection;
    return this.connection.write({ name: 'leases.claimRunnable', write: true, instanceIds: [] }, () => {
      const names = new Set(scope.workflowNames);
      const now = database.now();
      return [...database.live()]
        .filter(
          (record) => isTakeable(record, scope, names) && !database.isLocked({ instanceIds: [record.row.instanceId] }),
        )
        .filter((record) => canGoOn(record, now))
        .sort(oldestFirst)
        .slice(0, Math.max(0, limit))
        .map((record) => take(database, record, scope));
    });
  }

  claimOne(instanceId: string, scope: ClaimScope): Promise<ClaimedInstance | undefined> {
    const { database } = this.connection;
    return this.connection.write({ name: 'leases.claimOne', write: true, instanceIds: [instanceId] }, () => {
      const record = database.instances.get(instanceId);
      if (record === undefined || isTerminal(record.row.status)) return undefined;
      if (!isTakeable(record, scope, new Set(scope.workflowNames))) return undefined;
      if (record.row.lockedBy !== null && !isExpired(record, database.now())) return undefined;
      return take(database, record, scope);
    });
  }

  renew(holds: readonly LeaseHold[], leaseMs: number): Promise<RenewalReport> {
    const { database } = this.connection;
    const instanceIds = holds.map((hold) => hold.instanceId);
    return this.connection.write({ name: 'leases.renew', write: true, instanceIds }, () => {
      const lost: string[] = [];
      const cancelRequested: { instanceId: string; reason: string | null }[] = [];
      for (const { instanceId, token } of holds) {
        const record = database.instances.get(instanceId);
        if (record?.row.lockedBy !== token) {
          lost.push(instanceId);
          continue;
        }
        record.row = { ...record.row, lockExpiresAt: database.now() + leaseMs };
        if (record.row.cancelRequestedAt !== null)
          cancelRequested.push({ instanceId, reason: record.row.cancelReason });
      }
      return { lost, cancelRequested };
    });
  }

  release(holds: readonly LeaseHold[]): Promise<void> {
    const { database } = this.connection;
    const instanceIds = holds.map((hold) => hold.instanceId);
    return this.connection.write({ name: 'leases.release', write: true, instanceIds }, () => {
      for (const { instanceId, token } of holds) {
        const record = database.instances.get(instanceId);
        if (record?.row.lockedBy !== token) continue;
        database.atomically((undo) => database.update(record, { lockedBy: null, lockExpiresAt: null }, undo));
      }
    });
  }
}

function isTakeable(record: InstanceRecord, scope: ClaimScope, names: ReadonlySet<string>): boolean {
  const { row } = record;
  return row.framework === FRAMEWORK && names.has(row.workflowName) && !isBlockedFor(record, scope.codeVersions);
}

function oldestFirst(a: InstanceRecord, b: InstanceRecord): number {
  return a.row.startedAt - b.row.startedAt || (a.row.instanceId < b.row.instanceId ? -1 : 1);
}

function take(database: MemoryDatabase, record: InstanceRecord, scope: ClaimScope): ClaimedInstance {
  const takeover = record.row.lockedBy !== null;
  const lockExpiresAt = database.now() + scope.leaseMs;
  if (takeover) {
    record.takeovers++;
    record.nextRunAt = lockExpiresAt + takeoverDelay(record.takeovers);
  }
  const status = record.row.status === 'compensating' ? 'compensating' : 'running';
  const change = { lockedBy: scope.token, lockExpiresAt, status } as const;
  return { row: database.atomically((undo) => database.update(record, change, undo)), takeover };
}
