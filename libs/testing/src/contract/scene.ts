import { randomBytes } from 'node:crypto';
import {
  emptyEntry,
  type ClaimedInstance,
  type ClaimScope,
  type CommitEntry,
  type DefinitionRow,
  type EntryVerdict,
  type HistoryRow,
  type InstanceRow,
  type NewHistoryRow,
  type NewInstance,
  type Storage,
} from '@romancy/core';
import type { StorageSubject } from './subject.js';

/** A moment with milliseconds, in the range of every database. */
export const NOON = Date.parse('2026-03-01T12:00:00.123Z');
export const LEASE = 15_000;

export interface Held {
  readonly instanceId: string;
  readonly token: string;
  readonly definition: DefinitionRow;
}

/** An entry of the holder's, with these parts and nothing else. */
export function entryOf(held: Pick<Held, 'instanceId' | 'token'>, parts: Partial<CommitEntry>): CommitEntry {
  return { ...emptyEntry(held.instanceId, held.token), ...parts };
}

export function step(activityId: string, parts: Partial<NewHistoryRow> = {}): NewHistoryRow {
  return { activityId, eventType: 'ActivityCompleted', data: '{"result":1}', binary: null, time: NOON, ...parts };
}

/** What a test does to the storage, in few words. */
export class Scene {
  readonly #run = randomBytes(4).toString('hex');
  #subject: StorageSubject | undefined;
  #count = 0;

  async open(openSubject: () => Promise<StorageSubject>): Promise<void> {
    this.#subject = await openSubject();
  }

  async close(): Promise<void> {
    await this.#subject?.close();
  }

  get subject(): StorageSubject {
    if (this.#subject === undefined) throw new Error('The storage under test could not be opened.');
    return this.#subject;
  }

  get storage(): Storage {
    return this.subject.storage;
  }

  /** Runs with a second process's connection, or with the first one again where there can be no second. */
  async withSecondProcess(use: (storage: Storage) => Promise<void>): Promise<void> {
    const second = await this.subject.connect?.();
    try {
      await use(second ?? this.storage);
    } finally {
      await second?.close();
    }
  }

  unique(prefix: string): string {
    return `${prefix}-${this.#run}-${++this.#count}`;
  }

  async definition(name = this.unique('workflow')): Promise<DefinitionRow> {
    const row = { workflowName: name, sourceHash: this.unique('hash'), sourceCode: 'class Example {}' };
    await this.storage.definitions.upsert([row]);
    return row;
  }

  newInstance(definition: DefinitionRow, parts: Partial<NewInstance> = {}): NewInstance {
    return {
      instanceId: this.unique('instance'),
      workflowName: definition.workflowName,
      sourceHash: definition.sourceHash,
      ownerService: 'contract',
      continuedFrom: null,
      chain: null,
      startedBy: null,
      trace: null,
      startedAt: NOON,
      input: '{}',
      lock: null,
      ...parts,
    };
  }

  startEntry(create: NewInstance): CommitEntry {
    return entryOf({ instanceId: create.instanceId, token: create.lock?.token ?? '' }, { create });
  }

  /** A started instance that its starter holds. */
  async held(definition?: DefinitionRow, parts: Partial<NewInstance> = {}): Promise<Held> {
    const own = definition ?? (await this.definition());
    const token = this.unique('worker');
    const create = this.newInstance(own, { lock: { token, leaseMs: LEASE }, ...parts });
    await this.write(this.startEntry(create));
    return { instanceId: create.instanceId, token, definition: own };
  }

  /** A started instance that nobody holds. */
  async unlocked(definition?: DefinitionRow, parts: Partial<NewInstance> = {}): Promise<Held> {
    return this.held(definition, { ...parts, lock: null });
  }

  /** An instance that its holder has parked in this status. */
  async parked(status: InstanceRow['status'], definition?: DefinitionRow): Promise<Held> {
    const held = await this.held(definition);
    await this.record(held, { status, release: true });
    return held;
  }

  async ended(definition?: DefinitionRow): Promise<Held> {
    const held = await this.held(definition);
    await this.record(held, { status: 'completed', output: '{"done":true}', release: true, cleanUp: true });
    return held;
  }

  async write(...entries: readonly CommitEntry[]): Promise<readonly EntryVerdict[]> {
    return this.writeOn(this.storage, entries);
  }

  async writeOn(storage: Storage, entries: readonly CommitEntry[]): Promise<readonly EntryVerdict[]> {
    const session = await storage.commits.acquire();
    try {
      return await session.write(entries);
    } finally {
      session.release();
    }
  }

  /** Commits one entry of the holder's. */
  async record(
    held: Pick<Held, 'instanceId' | 'token'>,
    parts: Partial<CommitEntry>,
  ): Promise<EntryVerdict | undefined> {
    const verdicts = await this.write(entryOf(held, parts));
    return verdicts[0];
  }

  async row(held: Pick<Held, 'instanceId'>): Promise<InstanceRow> {
    const row = await this.storage.instances.get(held.instanceId);
    if (row === undefined) throw new Error(`There is no instance ${held.instanceId}.`);
    return row;
  }

  history(held: Pick<Held, 'instanceId'>): Promise<readonly HistoryRow[]> {
    return this.storage.history.read(held.instanceId, 0, 10_000);
  }

  async recordedSteps(held: Pick<Held, 'instanceId'>): Promise<readonly string[]> {
    return (await this.history(held)).map((row) => row.activityId);
  }

  scope(definition: DefinitionRow, parts: Partial<ClaimScope> = {}): ClaimScope {
    return {
      token: this.unique('claimer'),
      leaseMs: LEASE,
      workflowNames: [definition.workflowName],
      codeVersions: [definition.sourceHash],
      ...parts,
    };
  }

  /** Ids that a scan with this scope takes. */
  async claim(scope: ClaimScope, limit = 100): Promise<readonly string[]> {
    const claimed = await this.claimRunnable(scope, limit);
    return claimed.map(({ row }) => row.instanceId);
  }

  /** Looks and takes, as a worker does. */
  async claimRunnable(
    scope: ClaimScope,
    limit: number,
    storage: Storage = this.storage,
  ): Promise<readonly ClaimedInstance[]> {
    const { runnable } = await storage.leases.scan(scope, limit);
    const ids = runnable.map(({ instanceId }) => instanceId);
    return ids.length === 0 ? [] : storage.leases.claimThese(ids, scope, 'skip');
  }

  async claimOne(
    instanceId: string,
    scope: ClaimScope,
    storage: Storage = this.storage,
  ): Promise<ClaimedInstance | undefined> {
    const [claimed] = await storage.leases.claimThese([instanceId], scope);
    return claimed;
  }
}
