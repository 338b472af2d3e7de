import type { InstanceRecord } from './instance-record.js';

const FIRST_DELAY = 5_000;
const LONGEST_DELAY = 600_000;

/** How long an expired lease is left alone after so many take-overs: the first is taken over at once, the delay doubles up to ten minutes. */
export function takeoverDelay(takeovers: number): number {
  return Math.min(FIRST_DELAY * 2 ** (takeovers - 1), LONGEST_DELAY);
}

export function isExpired(record: InstanceRecord, now: number): boolean {
  return record.row.lockExpiresAt !== null && record.row.lockExpiresAt <= now;
}

/** Code that cannot go on can still be asked to end: a cancel request lifts the block. */
export function isBlockedFor(record: InstanceRecord, codeVersions: readonly string[]): boolean {
  return (
    record.row.cancelRequestedAt === null &&
    record.block !== undefined &&
    codeVersions.includes(record.block.codeVersion)
  );
}

/** Something can be done for this live instance now, without a timer. */
export function canGoOn(record: InstanceRecord, now: number): boolean {
  const { status, lockedBy, cancelRequestedAt } = record.row;
  if (lockedBy !== null) return isExpired(record, now) && record.nextRunAt <= now;
  return status === 'running' || status === 'compensating' || cancelRequestedAt !== null;
}
