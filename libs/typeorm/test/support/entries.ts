import { randomUUID } from 'node:crypto';
import {
  emptyEntry as entryWith,
  type ClaimedInstance,
  type ClaimScope,
  type CommitEntry,
  type EntryVerdict,
  type NewHistoryRow,
  type NewInstance,
  type Storage,
} from '@romancy/core';

export interface Held {
  readonly instanceId: string;
  readonly token: string;
  readonly create: NewInstance;
}

const DEFINITION = { workflowName: 'orders', sourceHash: 'v1', sourceCode: 'class Orders {}' };

/** An entry of the holder's, with these parts and nothing else. */
export function emptyEntry(held: Pick<Held, 'instanceId' | 'token'>, parts: Partial<CommitEntry> = {}): CommitEntry {
  return { ...entryWith(held.instanceId, held.token), ...parts };
}

export function historyRow(activityId: string, parts: Partial<NewHistoryRow> = {}): NewHistoryRow {
  return { activityId, eventType: 'ActivityCompleted', data: '{"result":1}', binary: null, time: Date.now(), ...parts };
}

export function newInstance(parts: Partial<NewInstance> = {}): NewInstance {
  return {
    instanceId: randomUUID(),
    workflowName: DEFINITION.workflowName,
    sourceHash: DEFINITION.sourceHash,
    ownerService: 'tests',
    continuedFrom: null,
    chain: null,
    startedBy: null,
    trace: null,
    startedAt: Date.now(),
    input: '{}',
    lock: { token: randomUUID(), leaseMs: 15_000 },
    ...parts,
  };
}

export async function write(storage: Storage, entries: readonly CommitEntry[]): Promise<readonly EntryVerdict[]> {
  const session = await storage.commits.acquire();
  try {
    return await session.write(entries);
  } finally {
    session.release();
  }
}

/** The entry of a start. */
export function startEntry(create: NewInstance): CommitEntry {
  return emptyEntry({ instanceId: create.instanceId, token: create.lock?.token ?? '' }, { create });
}

/** Looks and takes, as a worker does. */
export async function claimRunnable(
  { leases }: Storage,
  scope: ClaimScope,
  limit: number,
): Promise<readonly ClaimedInstance[]> {
  const { runnable } = await leases.scan(scope, limit);
  const ids = runnable.map(({ instanceId }) => instanceId);
  return ids.length === 0 ? [] : leases.claimThese(ids, scope, 'skip');
}

/** A started instance that its starter holds. */
export async function startHeld(storage: Storage, parts: Partial<NewInstance> = {}): Promise<Held> {
  await storage.definitions.upsert([DEFINITION]);
  const create = newInstance(parts);
  await write(storage, [startEntry(create)]);
  return { instanceId: create.instanceId, token: create.lock?.token ?? '', create };
}
