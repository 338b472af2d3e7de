import {
  FRAMEWORK,
  isTerminal,
  type StatisticsStore,
  type WorkflowStatusCount,
  type StorageStatistics,
} from '@romancy/core';
import type { Connection } from './connection.js';

export class MemoryStatisticsStore implements StatisticsStore {
  constructor(private readonly connection: Connection) {}

  read(): Promise<StorageStatistics> {
    const { database } = this.connection;
    return this.connection.read('statistics', () => {
      const now = database.now();
      const records = [...database.instances.values()].filter(
        ({ row }) => row.framework === FRAMEWORK && !isTerminal(row.status),
      );
      const counts = new Map<string, WorkflowStatusCount>();
      for (const { row } of records) {
        const { workflowName, status } = row;
        const key = JSON.stringify([workflowName, status]);
        counts.set(key, { workflowName, status, count: (counts.get(key)?.count ?? 0) + 1 });
      }
      const resumable = records.filter(
        ({ row, block }) => row.lockedBy === null && !block && ['running', 'compensating'].includes(row.status),
      );
      const held = records.filter(({ row }) => row.lockedBy !== null);
      const age = (found: typeof records): number | undefined =>
        found.length === 0 ? undefined : now - Math.min(...found.map(({ row }) => row.updatedAt));
      const waiting = [...database.outbox.keys()].filter((id) =>
        ['pending', 'processing'].includes(database.relayed.get(id)?.status ?? 'pending'),
      );
      return {
        instances: [...counts.values()],
        blocked: records.filter(({ block }) => block !== undefined).length,
        oldestResumableAge: age(resumable),
        oldestLeaseAge: age(held),
        outboxPending: waiting.length,
        outboxLag: waiting.length === 0 ? undefined : 0,
      };
    });
  }
}
