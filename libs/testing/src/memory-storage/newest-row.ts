import type { InstanceRow } from '@romancy/core';
import type { MemoryDatabase } from './memory-database.js';

/** The row of the newest generation of an instance. */
export function newestRow({ instances }: MemoryDatabase, instanceId: string): InstanceRow | undefined {
  let newest = instances.get(instanceId)?.row;
  for (let successor = newest; successor !== undefined; successor = successorOf(instances, successor.instanceId)) {
    newest = successor;
  }
  return newest;
}

function successorOf(instances: MemoryDatabase['instances'], instanceId: string): InstanceRow | undefined {
  const successors = [...instances.values()].map(({ row }) => row).filter((row) => row.continuedFrom === instanceId);
  return successors.sort((a, b) => a.startedAt - b.startedAt).at(-1);
}
