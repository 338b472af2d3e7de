import {
  FRAMEWORK,
  isTerminal,
  type CancelRequestOutcome,
  type InstanceFilter,
  type InstancePage,
  type InstanceRow,
  type InstanceStore,
} from '@romancy/core';
import type { Connection } from './connection.js';
import { listInstances } from './instance-list.js';
import { newestRow } from './newest-row.js';

export class MemoryInstanceStore implements InstanceStore {
  constructor(private readonly connection: Connection) {}

  get(instanceId: string): Promise<InstanceRow | undefined> {
    const { instances } = this.connection.database;
    return this.connection.read('instances.get', () => instances.get(instanceId)?.row);
  }

  getMany(instanceIds: readonly string[]): Promise<readonly InstanceRow[]> {
    const { instances } = this.connection.database;
    return this.connection.read('instances.getMany', () =>
      [...new Set(instanceIds)].map((id) => instances.get(id)?.row).filter((row) => row !== undefined),
    );
  }

  latest(instanceId: string): Promise<InstanceRow | undefined> {
    const { database } = this.connection;
    return this.connection.read('instances.latest', () => newestRow(database, instanceId));
  }

  list(filter: InstanceFilter): Promise<InstancePage> {
    const { instances } = this.connection.database;
    return this.connection.read('instances.list', () =>
      listInstances(
        [...instances.values()].map((record) => record.row),
        filter,
      ),
    );
  }

  requestCancel(instanceId: string, reason: string | null, now: number): Promise<CancelRequestOutcome> {
    const { database } = this.connection;
    const write = { name: 'instances.requestCancel', write: true, instanceIds: [instanceId] };
    return this.connection.write(write, (): CancelRequestOutcome => {
      const record = database.instances.get(instanceId);
      if (record?.row.framework !== FRAMEWORK) return { kind: 'unknown' };
      if (isTerminal(record.row.status)) return { kind: 'terminal', row: record.row };
      if (record.row.cancelRequestedAt !== null) return { kind: 'already', row: record.row };
      const change = { cancelRequestedAt: now, cancelReason: reason };
      return { kind: 'requested', row: database.atomically((undo) => database.update(record, change, undo)) };
    });
  }
}
