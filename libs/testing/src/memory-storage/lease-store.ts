import type { ClaimedInstance, ClaimScope, LeaseHold, LeaseStore, RenewalReport, Scan } from '@romancy/core';
import type { Connection } from './connection.js';
import { findRunnable, isClaimable, take } from './claim-rules.js';
import type { MemoryLiveness } from './liveness.js';

export class MemoryLeaseStore implements LeaseStore {
  constructor(
    private readonly connection: Connection,
    private readonly liveness: MemoryLiveness,
  ) {}

  scan(scope: ClaimScope, limit: number): Promise<Scan> {
    return this.connection.read('leases.scan', () => ({
      runnable: findRunnable(this.connection.database, scope, limit),
      workers: this.liveness.sights(scope.token),
    }));
  }

  claimThese(
    instanceIds: readonly string[],
    scope: ClaimScope,
    locked: 'wait' | 'skip' = 'wait',
  ): Promise<readonly ClaimedInstance[]> {
    const { database } = this.connection;
    const waitsFor = locked === 'wait' ? instanceIds : [];
    return this.connection.write({ name: 'leases.claimThese', write: true, instanceIds: waitsFor }, () => {
      const now = database.now();
      return [...new Set(instanceIds)].flatMap((id) => {
        const record = database.instances.get(id);
        if (record === undefined || database.isLocked({ instanceIds: [id] }) || !isClaimable(record, scope, now)) return [];
        return [take(database, record, scope)];
      });
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
