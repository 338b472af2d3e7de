import type { NewWait, ParkedPage, WaiterRow } from '@romancy/core';
import type { InstanceRecord } from './instance-record.js';
import type { MemoryDatabase } from './memory-database.js';
import { openWaits } from './message-rules.js';

interface OpenWait {
  readonly instance: InstanceRecord;
  readonly wait: NewWait;
}

export function toWaiter({ instance: { row, subscriptions }, wait: { channel, key } }: OpenWait): WaiterRow {
  const mode = subscriptions.get(channel)?.mode ?? 'broadcast';
  return { instanceId: row.instanceId, workflowName: row.workflowName, channel, key, mode };
}

/** The next waits by the ids of their instances, all of an instance together; of these, those that somebody here could wake. */
export function parkedPage(
  database: MemoryDatabase,
  workflowNames: readonly string[],
  after: string,
  limit: number,
): ParkedPage {
  if (workflowNames.length === 0 || limit < 1) return { waiters: [], last: null };
  const idOf = ({ instance }: OpenWait): string => instance.row.instanceId;
  const behind = [...openWaits(database)]
    .filter((open) => idOf(open) > after)
    .sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
  const bound = behind[limit - 1];
  const last = bound === undefined ? null : idOf(bound);
  const waiters = behind
    .filter((open) => last === null || idOf(open) <= last)
    .filter(({ instance: { row } }) => row.lockedBy === null && workflowNames.includes(row.workflowName))
    .map(toWaiter);
  return { waiters, last };
}
