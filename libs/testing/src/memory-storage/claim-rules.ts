import {
  FRAMEWORK,
  holderOf,
  isTerminal,
  type ClaimedInstance,
  type ClaimScope,
  type RunnableInstance,
} from '@romancy/core';
import type { InstanceRecord } from './instance-record.js';
import type { MemoryDatabase } from './memory-database.js';

const FIRST_REST = 1_000;
const LONGEST_REST = 600_000;

/** How long an instance is left alone after so many take-overs: hardly at all after the first, twice as long after each, up to ten minutes. */
function restAfter(takeovers: number): number {
  return Math.min(FIRST_REST * 2 ** (takeovers - 1), LONGEST_REST);
}

/** Ours, registered here, and not blocked for the code at hand; but code that cannot go on can still be asked to end. */
function isInScope({ row, block }: InstanceRecord, { workflowNames, codeVersions }: ClaimScope): boolean {
  const blocked = block !== undefined && codeVersions.includes(block.codeVersion) && row.cancelRequestedAt === null;
  return row.framework === FRAMEWORK && workflowNames.includes(row.workflowName) && !blocked;
}

/** Nobody holds it, or no longer. */
export function isFree({ row: { lockedBy, lockExpiresAt } }: InstanceRecord, now: number): boolean {
  return lockedBy === null || (lockExpiresAt !== null && lockExpiresAt <= now);
}

/** Its lease counts no more. */
function isLeft({ row, nextRunAt }: InstanceRecord, { holders }: ClaimScope, now: number): boolean {
  const { lockedBy, lockExpiresAt } = row;
  if (lockedBy === null || nextRunAt > now) return false;
  const holder = holderOf(lockedBy);
  if (holders?.gone.includes(holder) === true) return true;
  const grace = holders?.alive.includes(holder) === true ? holders.graceMs : 0;
  return lockExpiresAt !== null && lockExpiresAt + grace <= now;
}

export function isClaimable(record: InstanceRecord, scope: ClaimScope, now: number): boolean {
  if (isTerminal(record.row.status) || !isInScope(record, scope)) return false;
  return record.row.lockedBy === null || isLeft(record, scope, now);
}

/** Something can be done for this live instance now, without a timer. */
function canGoOn(record: InstanceRecord, scope: ClaimScope, now: number): boolean {
  const { status, lockedBy, cancelRequestedAt } = record.row;
  if (lockedBy !== null) return isLeft(record, scope, now);
  return status === 'running' || status === 'compensating' || cancelRequestedAt !== null;
}

export function findRunnable(database: MemoryDatabase, scope: ClaimScope, limit: number): readonly RunnableInstance[] {
  const now = database.now();
  return [...database.live()]
    .filter((record) => isInScope(record, scope) && canGoOn(record, scope, now))
    .sort(oldestFirst)
    .slice(0, Math.max(0, limit))
    .map(({ row, takeovers }) => ({ instanceId: row.instanceId, takeovers }));
}

export function take(database: MemoryDatabase, record: InstanceRecord, scope: ClaimScope): ClaimedInstance {
  const takeover = record.row.lockedBy !== null;
  const lockExpiresAt = database.now() + scope.leaseMs;
  if (takeover) {
    record.takeovers++;
    record.nextRunAt = database.now() + restAfter(record.takeovers);
  }
  const status = record.row.status === 'compensating' ? 'compensating' : 'running';
  const change = { lockedBy: scope.token, lockExpiresAt, status } as const;
  return { row: database.atomically((undo) => database.update(record, change, undo)), takeover };
}

function oldestFirst(a: InstanceRecord, b: InstanceRecord): number {
  return a.row.startedAt - b.row.startedAt || (a.row.instanceId < b.row.instanceId ? -1 : 1);
}
