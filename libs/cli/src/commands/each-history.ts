import { exportHistory, InstanceNotFoundError, type RecordedHistory, type Storage } from '@romancy/core';
import { DatabaseSource } from '../sources/database-source.js';
import type { ListFilter } from '../sources/source.js';
import { eachInstance } from './each-instance.js';

/**
 * The histories of all instances that pass, one at a time.
 *
 * @param workflow of this workflow alone, by its whole name
 */
export async function* eachHistory(
  storage: Storage,
  filter: ListFilter,
  workflow?: string,
): AsyncGenerator<RecordedHistory> {
  for await (const { instanceId, workflowName } of eachInstance(new DatabaseSource(storage), filter)) {
    if (workflow !== undefined && workflowName !== workflow) continue;
    const history = await historyOf(storage, instanceId);
    if (history !== undefined) yield history;
  }
}

/** Undefined where the instance was removed after it was listed. */
async function historyOf(storage: Storage, instanceId: string): Promise<RecordedHistory | undefined> {
  try {
    return await exportHistory(storage, instanceId);
  } catch (error) {
    if (error instanceof InstanceNotFoundError) return undefined;
    throw error;
  }
}
