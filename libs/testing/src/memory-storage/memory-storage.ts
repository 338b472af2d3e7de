import type { NewOutboxEvent, Storage, StorageLimits } from '@romancy/core';
import type { RecordedHistory } from '@romancy/core';
import { MemoryCommitStore } from './commit-store.js';
import { Connection } from './connection.js';
import { StorageFaults } from './faults.js';
import { importHistory } from './import-history.js';
import { MemoryInspectionStore } from './inspection-store.js';
import { MemoryInstanceStore } from './instance-store.js';
import { MemoryLeadershipStore } from './leadership-store.js';
import { MemoryLeaseStore } from './lease-store.js';
import { MemoryLiveness } from './liveness.js';
import { MemoryDatabase, type MemoryDatabaseOptions } from './memory-database.js';
import { MemoryOutboxStore } from './outbox-store.js';
import { MemoryMessageStore } from './message-store.js';
import { MemoryRetentionStore } from './retention-store.js';
import { insertForeign, MemorySibling, type ForeignInstanceRow } from './sibling.js';
import { MemoryDefinitionStore, MemoryHistoryStore, MemoryRunStateStore, MemoryTimerStore } from './side-stores.js';
import { MemoryStatisticsStore } from './statistics-store.js';
import { MemoryTransactions } from './transaction.js';

export interface MemoryStorageOptions extends MemoryDatabaseOptions {
  /** A database that others use too; the other database options are then ignored. */
  readonly database?: MemoryDatabase;
  /** How many groups can be committed at once. Default 2, or 1 with `singleWriter`. */
  readonly sessions?: number;
}

/**
 * A storage without a database, for tests: the same promises as the real ones (atomic groups, fences, leases, roll-backs), an inspectable
 * ledger of what activities committed, and faults at will. One object stands for one process; `connect()` gives another process the same database.
 */
export class MemoryStorage implements Storage {
  readonly dialect = 'memory';
  readonly database: MemoryDatabase;
  readonly faults: StorageFaults;
  readonly commits: MemoryCommitStore;
  readonly instances: MemoryInstanceStore;
  readonly history: MemoryHistoryStore;
  readonly inspection: MemoryInspectionStore;
  readonly leadership: MemoryLeadershipStore;
  readonly leases: MemoryLeaseStore;
  readonly liveness: MemoryLiveness;
  readonly definitions: MemoryDefinitionStore;
  readonly timers: MemoryTimerStore;
  readonly runState: MemoryRunStateStore;
  readonly outboxEvents: MemoryOutboxStore;
  readonly statistics: MemoryStatisticsStore;
  readonly messages: MemoryMessageStore;
  readonly retention: MemoryRetentionStore;
  readonly transactions: MemoryTransactions;
  /** Another framework of the family that uses the same channels. */
  readonly sibling: MemorySibling;
  readonly #connection: Connection;

  constructor(options: MemoryStorageOptions = {}) {
    this.database = options.database ?? new MemoryDatabase(options);
    this.faults = new StorageFaults(() => this.database.activity++);
    this.#connection = new Connection(this.database, this.faults);
    const sessions = options.sessions ?? (this.database.writer === undefined ? 2 : 1);
    this.commits = new MemoryCommitStore(this.#connection, sessions);
    this.instances = new MemoryInstanceStore(this.#connection);
    this.history = new MemoryHistoryStore(this.#connection);
    this.inspection = new MemoryInspectionStore(this.#connection);
    this.leadership = new MemoryLeadershipStore(this.#connection);
    this.liveness = new MemoryLiveness(this.#connection);
    this.leases = new MemoryLeaseStore(this.#connection, this.liveness);
    this.definitions = new MemoryDefinitionStore(this.#connection);
    this.timers = new MemoryTimerStore(this.#connection);
    this.runState = new MemoryRunStateStore(this.#connection);
    this.outboxEvents = new MemoryOutboxStore(this.#connection);
    this.statistics = new MemoryStatisticsStore(this.#connection);
    this.retention = new MemoryRetentionStore(this.#connection);
    this.messages = new MemoryMessageStore(this.#connection);
    this.transactions = new MemoryTransactions(this.#connection);
    this.sibling = new MemorySibling(this.database);
  }

  get limits(): StorageLimits {
    return this.database.limits;
  }

  /** What activities have committed with `transaction.effect(key)`, in order. */
  get effects(): readonly string[] {
    return this.database.effects;
  }

  get outbox(): readonly NewOutboxEvent[] {
    return [...this.database.outbox.values()];
  }

  /** Another process on the same database: for a second worker, or for what starts after a crash. */
  connect(): MemoryStorage {
    return new MemoryStorage({ database: this.database, sessions: this.commits.sessions });
  }

  /** Takes an instance away from its holder, as another worker would. By default for no time at all: anybody may take it over. */
  stealLease(instanceId: string, thief = 'another-worker', leaseMs = 0): void {
    const record = this.database.instances.get(instanceId);
    if (record === undefined) throw new Error(`There is no instance ${instanceId}.`);
    record.row = { ...record.row, lockedBy: thief, lockExpiresAt: this.database.now() + leaseMs };
  }

  /** Inserts an instance as another framework of the family would. */
  insertForeign(foreign: ForeignInstanceRow): void {
    insertForeign(this.database, foreign);
  }

  /** Inserts a recorded instance as it was before it ended, ready to be taken and replayed. */
  importHistory(history: RecordedHistory): void {
    importHistory(this.database, history);
  }

  async open(): Promise<void> {
    await this.#connection.read('open', () => undefined);
  }

  async close(): Promise<void> {
    await this.#connection.read('close', () => undefined);
  }

  databaseNow(): Promise<number> {
    return this.#connection.read('databaseNow', () => this.database.now());
  }
}
