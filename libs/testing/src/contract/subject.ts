import type {
  ActivityTransaction,
  ForeignTransaction,
  InstanceStatus,
  NewHistoryRow,
  NewOutboxEvent,
  Storage,
} from '@romancy/core';

/** An instance that another framework of the family has put into the shared database. */
export interface ForeignInstance {
  readonly instanceId: string;
  readonly workflowName: string;
  readonly framework: string;
  readonly status: InstanceStatus;
}

/** A message that another framework of the family publishes: JSON, published now. */
export interface ForeignMessage {
  readonly channel: string;
  readonly messageId: string;
  /** JSON text. */
  readonly data: string;
  /** JSON text of an object. */
  readonly metadata: string | null;
}

export interface OutboxState {
  readonly status: string;
  readonly attempts: number;
  readonly error: string | null;
}

/** One database under test, with what the suite needs beside the ports. Every test makes its own ids, so one database serves the whole suite. */
export interface StorageSubject {
  /** Opened. */
  readonly storage: Storage;
  /** Another process's connection to the same database, opened; the suite closes it. Leave it out where a database cannot be shared. */
  connect?(): Promise<Storage>;
  /** Writes a row of the user's with this key inside the attempt's transaction, through whatever the library offers its users. */
  effect(transaction: ActivityTransaction, key: string): Promise<void>;
  /** Keys of all committed rows of the user's. */
  effects(): Promise<readonly string[]>;
  /** Runs `work` in a transaction of the user's own: committed when it resolves, rolled back when it rejects. */
  inTransaction(work: (transaction: ForeignTransaction) => Promise<void>): Promise<void>;
  /** A stored outbox row. */
  outboxEvent(eventId: string): Promise<NewOutboxEvent | undefined>;
  /** What became of an outbox row. */
  outboxState(eventId: string): Promise<OutboxState | undefined>;
  /** Inserts an event as a sibling does: without our columns, its JSON under an empty type. `sending`: its relay has taken it. */
  insertSiblingEvent(eventId: string, sending?: boolean): Promise<void>;
  /** Gives a stored event up, as a sibling's relay does after its three attempts. */
  giveUpAsSibling(eventId: string, status: 'failed' | 'invalid' | 'expired'): Promise<void>;
  /** Inserts the instance (and its definition) as another framework would: unlocked, started now. */
  insertForeign(instance: ForeignInstance): Promise<void>;
  /**
   * Publishes as another framework would, without the lock of the channel and without a key: the id of the row is taken now; the answer
   * commits it, and tells the id.
   */
  beginForeignMessage(message: ForeignMessage): Promise<() => Promise<number>>;
  /** Inserts the claim by which an instance of another framework takes this message. */
  claimForeign(messageId: string, instanceId: string): Promise<void>;
  /** Archived history in its order. */
  archivedHistory(
    instanceId: string,
  ): Promise<readonly Pick<NewHistoryRow, 'activityId' | 'eventType' | 'data' | 'time'>[]>;
  /**
   * Lets time pass for leases, for take-over delays, and for the age of staged messages and of other frameworks' messages: moves the
   * database's clock, or shifts the stored times back by as much.
   */
  elapse(milliseconds: number): Promise<void>;
  /** Closes the storage and removes the database. */
  close(): Promise<void>;
}
