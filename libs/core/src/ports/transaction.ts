import type { CommitEntry, EntryVerdict, NewOutboxEvent } from './commit.js';
import type { InstanceRow, NewInstance } from './instance.js';
import type { NewMessage } from './new-message.js';

/**
 * The database transaction of one activity attempt (E12). Nothing reaches the database before its first use; the storage library offers
 * its users a manager on top of it.
 */
export interface ActivityTransaction {
  /** True once a statement of the attempt has opened the transaction. */
  readonly used: boolean;
  /**
   * Whether the attempt failed with this error because a statement lost against another transaction: a deadlock, a serialization failure, a lock
   * time-out. Then it is made again and does not count (E18a).
   */
  conflictedBy?(error: unknown): boolean;
  /**
   * Writes the entries, in order, as the last statements of the open transaction, and commits. All of them belong to one instance. When the
   * verdict is not `done`, or the promise rejects (errors as {@link CommitSession.write}), everything was rolled back, the user's writes too.
   */
  commit(entries: readonly CommitEntry[]): Promise<EntryVerdict>;
  /** Rolls back and ends; also ends an unused one. Later use of its manager is refused with an error. */
  rollback(): Promise<void>;
}

export interface ActivityTransactions {
  /** Synchronous and free of I/O. `label` names the holder in warnings about transactions that are held for long. */
  create(label: string): ActivityTransaction;
}

/** What tells whether a start may use an instance that exists. */
export type ExistingInstance = Pick<InstanceRow, 'instanceId' | 'workflowName' | 'framework' | 'status'>;

/**
 * Something outside the engine that can write in a transaction of the user's: a TypeORM EntityManager wrapped by the storage library, or an
 * {@link ActivityTransaction}.
 */
export interface ForeignTransaction {
  /** Inserts an unlocked instance; resolves to false when the id exists. */
  insertInstance(instance: NewInstance): Promise<boolean>;
  /** The instance as the transaction sees it; another connection would have to wait for this very transaction. */
  findInstance(instanceId: string): Promise<ExistingInstance | undefined>;
  /** The newest generation of the instance, as {@link InstanceStore.latest}; some between may have been removed. */
  latestInstance(instanceId: string): Promise<ExistingInstance | undefined>;
  /** Keeps messages beside the channels; after the commit {@link MessageStore.moveStaged} brings them there (E25b). */
  stageMessages(messages: readonly NewMessage[]): Promise<void>;
  insertOutbox(events: readonly NewOutboxEvent[]): Promise<void>;
  /** Calls back once after the transaction has committed, never after a roll-back. */
  afterCommit(callback: () => void): void;
}
