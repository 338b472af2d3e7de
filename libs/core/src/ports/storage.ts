import type { CommitStore } from './commit.js';
import type { HistoryStore } from './history-row.js';
import type { InspectionStore } from './inspection.js';
import type { InstanceStore } from './instance.js';
import type { LeadershipStore } from './leadership.js';
import type { LeaseStore } from './lease.js';
import type { MessageStore } from './message.js';
import type { Notifications } from './notifications.js';
import type { Liveness } from './liveness.js';
import type { OutboxStore } from './outbox.js';
import type { StatisticsStore } from './statistics.js';
import type { RetentionStore } from './retention.js';
import type { DefinitionStore, RunStateStore, TimerStore } from './stores.js';
import type { ActivityTransactions } from './transaction.js';

/** Limits of a dialect that are checked before anything is delivered (E29a). */
export interface StorageLimits {
  /** Longest id, name, stage in characters; null for unlimited. */
  readonly maxIdLength: number | null;
  /** Text with U+0000 cannot be stored. */
  readonly refusesNul: boolean;
  /** Latest storable time in milliseconds; null for no limit of practice. */
  readonly maxTime: number | null;
}

/** One database, seen through one store per concern. */
export interface Storage {
  readonly dialect: string;
  readonly limits: StorageLimits;
  readonly commits: CommitStore;
  readonly instances: InstanceStore;
  readonly history: HistoryStore;
  readonly leases: LeaseStore;
  readonly liveness: Liveness;
  readonly leadership: LeadershipStore;
  readonly definitions: DefinitionStore;
  readonly timers: TimerStore;
  readonly runState: RunStateStore;
  /** What people look at; nothing that runs workflows reads it. */
  readonly inspection: InspectionStore;
  readonly messages: MessageStore;
  readonly outboxEvents: OutboxStore;
  readonly statistics: StatisticsStore;
  readonly retention: RetentionStore;
  /** Undefined where the database has none, or they are turned off: then changes are polled for. */
  readonly notifications?: Notifications | undefined;
  readonly transactions: ActivityTransactions;
  /** Connects, and migrates or verifies as configured. */
  open(): Promise<void>;
  /** Waits for what is being written, then disconnects what it connected itself. Idempotent. */
  close(): Promise<void>;
  /** Current time by the database's clock, milliseconds. */
  databaseNow(): Promise<number>;
}
