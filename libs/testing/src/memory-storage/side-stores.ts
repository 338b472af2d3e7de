import {
  FRAMEWORK,
  type BlockRow,
  type DefinitionRow,
  type DefinitionStore,
  type HistoryPlace,
  type HistoryRow,
  type HistoryStore,
  type NewWait,
  type ResumeState,
  type RunStateStore,
  type StoredCompensation,
  type TakeoverRow,
  type TimerRow,
  type TimerStore,
} from '@romancy/core';
import type { Connection } from './connection.js';
import { definitionKey } from './start-writer.js';

export class MemoryHistoryStore implements HistoryStore {
  constructor(private readonly connection: Connection) {}

  async read(instanceId: string, afterId: number, limit: number): Promise<readonly HistoryRow[]> {
    const [rows = []] = await this.readMany([{ instanceId, afterId }], limit);
    return rows;
  }

  readMany(places: readonly HistoryPlace[], limit: number): Promise<readonly (readonly HistoryRow[])[]> {
    const { instances } = this.connection.database;
    return this.connection.read('history.read', () =>
      places.map(({ instanceId, afterId }) => {
        const rows = instances.get(instanceId)?.history ?? [];
        const first = rows.findIndex((row) => row.id > afterId);
        return first < 0 ? [] : rows.slice(first, first + limit);
      }),
    );
  }
}

export class MemoryDefinitionStore implements DefinitionStore {
  constructor(private readonly connection: Connection) {}

  upsert(rows: readonly DefinitionRow[]): Promise<void> {
    const { definitions } = this.connection.database;
    return this.connection.write({ name: 'definitions.upsert', write: true, instanceIds: [] }, () => {
      for (const row of rows) {
        const key = definitionKey(row.workflowName, row.sourceHash);
        if (!definitions.has(key)) definitions.set(key, row);
      }
    });
  }

  newest(workflowName: string): Promise<DefinitionRow | undefined> {
    const { definitions } = this.connection.database;
    return this.connection.read('definitions.newest', () =>
      [...definitions.values()].findLast((row) => row.workflowName === workflowName),
    );
  }
}

export class MemoryTimerStore implements TimerStore {
  constructor(private readonly connection: Connection) {}

  upcoming(workflowNames: readonly string[], until: number, limit: number): Promise<readonly TimerRow[]> {
    const { database } = this.connection;
    return this.connection.read('timers.upcoming', () =>
      [...database.live()]
        .filter(({ row }) => row.framework === FRAMEWORK && workflowNames.includes(row.workflowName))
        .flatMap(({ row, timers }) => [...timers.values()].map((timer) => ({ ...timer, instanceId: row.instanceId })))
        .filter((timer) => timer.expiresAt <= until)
        .sort((a, b) => a.expiresAt - b.expiresAt)
        .slice(0, limit),
    );
  }
}

export class MemoryRunStateStore implements RunStateStore {
  constructor(private readonly connection: Connection) {}

  load(instanceId: string): Promise<ResumeState> {
    const { instances } = this.connection.database;
    return this.connection.read('runState.load', () => {
      const record = instances.get(instanceId);
      return {
        timers: [...(record?.timers.values() ?? [])],
        attempts: [...(record?.attempts.values() ?? [])],
        block: record?.block,
        takeovers: record?.takeovers ?? 0,
        hasCompensations: (record?.compensations.length ?? 0) > 0,
        subscriptions: [...(record?.subscriptions.values() ?? [])],
        waits: [...(record?.waits.values() ?? [])],
      };
    });
  }

  compensations(instanceId: string): Promise<readonly StoredCompensation[]> {
    const { instances } = this.connection.database;
    return this.connection.read('runState.compensations', () =>
      (instances.get(instanceId)?.compensations ?? []).toReversed(),
    );
  }

  block(instanceId: string): Promise<BlockRow | undefined> {
    const { instances } = this.connection.database;
    return this.connection.read('runState.block', () => instances.get(instanceId)?.block);
  }

  waits(instanceId: string): Promise<readonly NewWait[]> {
    const { instances } = this.connection.database;
    return this.connection.read('runState.waits', () => [...(instances.get(instanceId)?.waits.values() ?? [])]);
  }

  clearBlock(instanceId: string): Promise<boolean> {
    const { instances } = this.connection.database;
    return this.connection.write({ name: 'runState.clearBlock', write: true, instanceIds: [instanceId] }, () => {
      const record = instances.get(instanceId);
      if (record?.block === undefined) return false;
      record.block = undefined;
      return true;
    });
  }

  takeovers(instanceId: string): Promise<TakeoverRow | undefined> {
    const { instances } = this.connection.database;
    return this.connection.read('runState.takeovers', () => {
      const record = instances.get(instanceId);
      if (record === undefined || record.takeovers === 0) return undefined;
      return { takeovers: record.takeovers, restsUntil: record.nextRunAt };
    });
  }

  clearTakeovers(instanceId: string): Promise<boolean> {
    const { instances } = this.connection.database;
    return this.connection.write({ name: 'runState.clearTakeovers', write: true, instanceIds: [instanceId] }, () => {
      const record = instances.get(instanceId);
      if (record === undefined || record.takeovers === 0) return false;
      record.takeovers = 0;
      record.nextRunAt = 0;
      return true;
    });
  }
}
