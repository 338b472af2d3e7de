import type { InstanceRow, InstanceStatus, NewInstance } from './instance.js';
import type { NewHistoryRow } from './history-row.js';
import type { NewMessage } from './new-message.js';
import type { CursorMove, NewSubscription, NewWait } from './subscription.js';

export interface NewCompensation {
  /** Step whose effect it undoes. */
  readonly activityId: string;
  /** Name of the compensating function. */
  readonly activityName: string;
  /** JSON text. */
  readonly args: string;
}

export interface StoredCompensation extends NewCompensation {
  readonly id: number;
}

/** A row of `workflow_timer_subscriptions`. An existing row with the same (instance, timerId) wins: deadlines never move. */
export interface NewTimer {
  readonly timerId: string;
  /** History key on expiry (equals timerId for sleeps). */
  readonly activityId: string;
  /** Exact deadline in milliseconds; the shared column gets it rounded UP to its own precision, ours keeps it exact. */
  readonly expiresAt: number;
}

/** Attempts of a step that failed and will be retried; survives a crash (E16). One row per step. */
export interface AttemptRow {
  readonly stepId: string;
  /** Attempts made so far. */
  readonly attempt: number;
  /** When the next attempt is due, milliseconds. */
  readonly nextAt: number;
  readonly firstStartedAt: number;
  /** JSON text: the errors so far. */
  readonly errors: string;
}

export interface BlockRow {
  /** Source hash of the workflow code that could not go on (P7). */
  readonly codeVersion: string;
  /** Stable code of the error. */
  readonly code: string;
  /** JSON text: the explanation. */
  readonly explanation: string;
  readonly blockedAt: number;
}

export interface NewOutboxEvent {
  readonly eventId: string;
  readonly eventType: string;
  readonly eventSource: string;
  /** JSON text, or null when `binary` is set. */
  readonly data: string | null;
  readonly binary: Uint8Array | null;
  readonly contentType: string;
  /** JSON text: attributes that the shared table has no column for. */
  readonly attributes?: string | null;
  /** Events with one order key are sent one after another, in the order of insertion. */
  readonly orderKey?: string | null;
  /** The instance that has emitted it. */
  readonly instanceId?: string | null;
}

/**
 * Everything that one instance records in one commit (E9, E10). All of it is written, or nothing.
 * It applies only where the fence holds: `locked_by = fence`, status not terminal, and no cancel request unless `settling` (E17a).
 */
export interface CommitEntry {
  readonly instanceId: string;
  readonly fence: string;
  /** The turn is settling a failure or cancellation: a cancel request no longer refuses the entry. */
  readonly settling: boolean;
  /** Start: inserts the instance. All other parts are then empty and the fence is not checked. */
  readonly create: NewInstance | null;
  readonly history: readonly NewHistoryRow[];
  readonly compensations: readonly NewCompensation[];
  readonly addTimers: readonly NewTimer[];
  readonly removeTimers: readonly string[];
  readonly putAttempts: readonly AttemptRow[];
  readonly removeAttempts: readonly string[];
  readonly outbox: readonly NewOutboxEvent[];
  /** Published by the instance: written last, under the locks of their channels (E25b). */
  readonly messages: readonly NewMessage[];
  readonly addSubscriptions: readonly NewSubscription[];
  /** Channels. */
  readonly removeSubscriptions: readonly string[];
  readonly addWaits: readonly NewWait[];
  /** Step ids. */
  readonly removeWaits: readonly string[];
  readonly cursors: readonly CursorMove[];
  readonly joinGroups: readonly string[];
  readonly leaveGroups: readonly string[];
  /**
   * The next generation (E15b): the history is archived, the instance inserted (locked where it carries a lock), its compensations and group
   * rows moved to it; comes together with the status `recurred` and `cleanUp`.
   */
  readonly recur: NewInstance | null;
  /** Subscriptions that the next generation begins with. */
  readonly recurSubscriptions: readonly NewSubscription[];
  /** New status; null keeps it. */
  readonly status: InstanceStatus | null;
  /** New output_data; undefined keeps it. */
  readonly output: string | undefined;
  /** New current_activity_id; undefined keeps it. */
  readonly currentActivityId: string | undefined;
  /** New stage; undefined keeps it. */
  readonly stage: string | undefined;
  /** Clears the lock columns. */
  readonly release: boolean;
  /** Removes the instance's timers, waits, attempts, run state, block, subscriptions with cursors, and group rows (E15 "end"). */
  readonly cleanUp: boolean;
  /** Parks the instance as blocked. */
  readonly block: BlockRow | null;
  /** Forgets counted take-overs: the instance has made progress (E16a). */
  readonly clearTakeovers: boolean;
}

/** An entry that changes nothing yet: what its parts begin with. */
export function emptyEntry(instanceId: string, fence: string): CommitEntry {
  return {
    instanceId,
    fence,
    settling: false,
    create: null,
    history: [],
    compensations: [],
    addTimers: [],
    removeTimers: [],
    putAttempts: [],
    removeAttempts: [],
    outbox: [],
    messages: [],
    addSubscriptions: [],
    removeSubscriptions: [],
    addWaits: [],
    removeWaits: [],
    cursors: [],
    joinGroups: [],
    leaveGroups: [],
    recur: null,
    recurSubscriptions: [],
    status: null,
    output: undefined,
    currentActivityId: undefined,
    stage: undefined,
    release: false,
    cleanUp: false,
    block: null,
    clearTakeovers: false,
  };
}

export type RefusalReason = 'lost' | 'ended' | 'cancel-requested';

export type EntryVerdict =
  | { readonly kind: 'done' }
  /** The fence did not hold: nothing of the entry was written. */
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly row: InstanceRow | undefined }
  /** A start whose id exists: nothing was written. */
  | { readonly kind: 'exists'; readonly row: InstanceRow };

/** A place from which groups of entries are written; holding it means that nothing else can block the write (E14a). */
export interface CommitSession {
  /**
   * Writes the group in one database transaction and answers one verdict per entry, in order. Refused entries leave the others untouched.
   * Rejects with nothing written: {@link EntryConflictError} (a unique key or an unstorable value; the committer then bisects),
   * {@link StorageUnavailableError} (try again later), {@link SerializationConflictError} (deadlock, lock time-out: try again at once);
   * or with {@link CommitUnknownError} (the connection died during COMMIT: maybe written).
   */
  write(entries: readonly CommitEntry[]): Promise<readonly EntryVerdict[]>;
  release(): void;
}

export interface CommitStore {
  /** Waits until a group can be written. The committer takes its entries out of the queue only afterwards. */
  acquire(): Promise<CommitSession>;
  /** How many sessions can be open at once (SQLite 1). */
  readonly sessions: number;
}
