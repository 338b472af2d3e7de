import {
  INSTANCE_STATUSES,
  isTerminal,
  OUTBOX_STATUSES,
  type BoundedCount,
  type GenerationPage,
  type GenerationRow,
  type HistoryExcerpt,
  type HistoryRow,
  type InspectionStore,
  type InstanceRow,
  type LeaseCount,
  type NewOutboxEvent,
  type OutboxRow,
  type PayloadExcerpt,
  type SiblingWait,
  type StatusCount,
  type StepTiming,
  type SystemLock,
} from '@romancy/core';
import type { Connection } from './connection.js';
import { emittedAt, NEW } from './outbox-store.js';

const DURATION = /"duration_ms":(\d{1,15})\}$/;

export class MemoryInspectionStore implements InspectionStore {
  constructor(private readonly connection: Connection) {}

  history(instanceId: string, afterId: number, limit: number): Promise<readonly HistoryRow[]> {
    return this.#read('history', () => this.#historyPage(instanceId, afterId, limit));
  }

  historyExcerpt(
    instanceId: string,
    afterId: number,
    limit: number,
    maxCharacters: number,
  ): Promise<readonly HistoryExcerpt[]> {
    return this.#read('historyExcerpt', () =>
      this.#historyPage(instanceId, afterId, limit).map((row) => excerptOf(row, maxCharacters)),
    );
  }

  source(workflowName: string, sourceHash: string): Promise<string | undefined> {
    const { definitions } = this.connection.database;
    return this.#read('source', () => {
      const wanted = [...definitions.values()].find(
        (row) => row.workflowName === workflowName && row.sourceHash === sourceHash,
      );
      return wanted?.sourceCode;
    });
  }

  generations(instanceId: string, limit: number): Promise<GenerationPage> {
    return this.#read('generations', () => {
      const older = this.#follow(instanceId, (row) =>
        this.#rows.filter((each) => each.instanceId === row.continuedFrom),
      );
      const newer = this.#follow(instanceId, (row) =>
        this.#rows.filter((each) => each.continuedFrom === row.instanceId),
      );
      const generations = [...older.slice(1, limit + 1).toReversed(), ...newer.slice(0, limit + 1)];
      return { generations, more: { before: older.length > limit + 1, after: newer.length > limit + 1 } };
    });
  }

  groups(instanceId: string): Promise<readonly string[]> {
    return this.#read('groups', () => [...(this.connection.database.instances.get(instanceId)?.groups.keys() ?? [])]);
  }

  siblingWaits(): Promise<readonly SiblingWait[]> {
    return this.#read('siblingWaits', () => []);
  }

  outbox({
    instanceId,
    status,
    limit,
    maxCharacters,
  }: Parameters<InspectionStore['outbox']>[0]): Promise<readonly OutboxRow[]> {
    return this.#read('outbox', () =>
      this.#events
        .filter((event) => instanceId === undefined || event.instanceId === instanceId)
        .filter((event) => status === undefined || event.status === status)
        .toReversed()
        .slice(0, limit)
        .map((event) => excerptOf(event, maxCharacters)),
    );
  }

  counts(limit: number): ReturnType<InspectionStore['counts']> {
    return this.#read('counts', () => ({
      instances: countBy(INSTANCE_STATUSES, this.#rows, limit),
      outbox: countBy(OUTBOX_STATUSES, this.#events, limit),
    }));
  }

  activity(since: number, limit: number): ReturnType<InspectionStore['activity']> {
    return this.#read('activity', () => {
      const updated = this.#rows.filter((row) => row.updatedAt >= since);
      const ended = countBy(INSTANCE_STATUSES, updated, limit).filter(({ status }) => isTerminal(status));
      return {
        started: bounded(this.#rows.filter((row) => row.startedAt >= since).length, limit),
        ended: ended.filter(({ count }) => count > 0).map((count) => ({ ...count, capped: updated.length > limit })),
      };
    });
  }

  timings(since: number, limit: number): Promise<readonly StepTiming[]> {
    return this.#read('timings', () =>
      [...this.connection.database.instances.values()]
        .flatMap(({ row, history }) => history.map((each) => ({ ...each, instanceId: row.instanceId })))
        .sort((a, b) => b.id - a.id)
        .slice(0, limit)
        .flatMap(({ instanceId, activityId, data, time }) => {
          const durationMs = time < since ? undefined : DURATION.exec(data ?? '')?.[1];
          return durationMs === undefined ? [] : [{ instanceId, stepId: activityId, durationMs: Number(durationMs) }];
        }),
    );
  }

  leases(limit: number): Promise<readonly LeaseCount[]> {
    return this.#read('leases', () => {
      const held = this.#rows
        .flatMap(({ lockedBy, lockExpiresAt }) =>
          lockedBy === null || lockExpiresAt === null ? [] : [{ holder: lockedBy.split('#')[0] ?? '', lockExpiresAt }],
        )
        .sort((a, b) => a.lockExpiresAt - b.lockExpiresAt)
        .slice(0, limit);
      const leases = new Map<string, LeaseCount>();
      for (const { holder, lockExpiresAt } of held) {
        const { instances, earliestExpiry } = leases.get(holder) ?? { instances: 0, earliestExpiry: lockExpiresAt };
        leases.set(holder, { workerId: holder, instances: instances + 1, earliestExpiry });
      }
      return [...leases.values()].sort((a, b) => (a.workerId < b.workerId ? -1 : 1));
    });
  }

  locks(): Promise<readonly SystemLock[]> {
    return this.#read('locks', () =>
      [...this.connection.database.locks].sort().map(([name, lock]) => ({ name, ...lock })),
    );
  }

  get #rows(): readonly InstanceRow[] {
    return [...this.connection.database.instances.values()].map(({ row }) => row);
  }

  get #events(): readonly (Omit<OutboxRow, keyof PayloadExcerpt> & NewOutboxEvent)[] {
    const { outbox, relayed } = this.connection.database;
    return [...outbox.values()].map((event) => {
      const { status, attempts, error, publishedAt = null, nextAt = null } = relayed.get(event.eventId) ?? NEW;
      return { ...event, status, attempts, error, publishedAt, nextAt, createdAt: emittedAt(event) ?? 0 };
    });
  }

  #follow(instanceId: string, next: (row: InstanceRow) => readonly InstanceRow[]): readonly GenerationRow[] {
    const found = this.#rows.filter((row) => row.instanceId === instanceId);
    for (const row of found) found.push(...next(row).toSorted((a, b) => a.startedAt - b.startedAt));
    return found.map(({ status, startedAt, continuedFrom, ...row }) => ({
      instanceId: row.instanceId,
      status,
      startedAt,
      continuedFrom,
    }));
  }

  #historyPage(instanceId: string, afterId: number, limit: number): readonly HistoryRow[] {
    const { instances, archive } = this.connection.database;
    const record = instances.get(instanceId);
    const rows = record?.row.status === 'recurred' ? (archive.get(instanceId) ?? []) : (record?.history ?? []);
    return rows.filter((row) => row.id > afterId).slice(0, limit);
  }

  #read<T>(name: string, look: () => T): Promise<T> {
    return this.connection.read(`inspection.${name}`, look);
  }
}

function excerptOf<Row extends { readonly data: string | null; readonly binary: Uint8Array | null }>(
  { data, binary, ...row }: Row,
  maxCharacters: number,
): Omit<Row, 'data' | 'binary'> & PayloadExcerpt {
  const characters = data?.length ?? 0;
  return { ...row, data: characters > maxCharacters ? null : data, characters, bytes: binary?.byteLength ?? null };
}

function bounded(n: number, limit: number): BoundedCount {
  return { count: Math.min(n, limit), capped: n > limit };
}

function countBy<Status extends string>(
  statuses: readonly Status[],
  rows: readonly { readonly status: Status }[],
  limit: number,
): readonly StatusCount<Status>[] {
  return statuses.map((status) => ({ status, ...bounded(rows.filter((row) => row.status === status).length, limit) }));
}
