import type { CommitEntry, EntryVerdict } from './commit.js';
import type { NewInstance } from './instance.js';
import type { LeaseHold } from './lease.js';
import type { MessageBody, NewMessage } from './new-message.js';
import type { NewSubscription, SubscriptionMode } from './subscription.js';

/** A stored message. */
export type MessageRow = MessageBody & {
  readonly id: number;
  readonly channel: string;
  readonly messageId: string;
  readonly metadata: string | null;
  /** Null until a reader has found it out ({@link MessageStore.setKeys}): a sibling's, or one whose definition the writer did not know. */
  readonly key: string | null;
  readonly publishedAt: number;
  /** Written by a sibling, without the lock of the channel: its id may have been committed late. */
  readonly foreign: boolean;
};

/** What a subscriber has not had yet. */
export interface PendingRequest {
  readonly channel: string;
  /** Only messages with this key, and those whose key nobody knows yet; null for all. */
  readonly key: string | null;
  /** Messages with a greater id; below it only young ones of siblings, whose ids may be committed late (E25b). */
  readonly cursor: number;
  /** Only messages published at this time or later; null for no limit. */
  readonly since: number | null;
  /** Ids of messages above the cursor, or young, that the subscriber has had. */
  readonly seen: readonly number[];
  readonly limit: number;
}

/** An open wait of a parked instance of ours. */
export interface WaiterRow {
  readonly instanceId: string;
  readonly workflowName: string;
  readonly channel: string;
  /** Null: it waits for any message. */
  readonly key: string | null;
  readonly mode: SubscriptionMode;
}

/** A sibling's instance that waits on a channel: the message has to be brought to it (E26b). */
export interface SiblingWaiter {
  readonly instanceId: string;
  readonly framework: string;
  readonly channel: string;
  readonly mode: SubscriptionMode;
}

export interface Waiters {
  readonly ours: readonly WaiterRow[];
  readonly siblings: readonly SiblingWaiter[];
}

/** Waits of parked instances: those of a range of ids. */
export interface ParkedPage {
  readonly waiters: readonly WaiterRow[];
  /** Where the next page begins; null at the end. */
  readonly last: string | null;
}

/** A channel on which something has been published; the key where it is known. */
export interface PublishedTo {
  readonly channel: string;
  readonly key: string | null;
}

export interface StoreReport {
  /** Ids of the messages that were new. */
  readonly stored: readonly string[];
  /** Ids of the instances that were created. */
  readonly started: readonly string[];
}

export type ClaimReport =
  | { readonly kind: 'claimed'; readonly message: MessageRow }
  /** Nothing is left for this subscriber. */
  | { readonly kind: 'none' }
  | Extract<EntryVerdict, { readonly kind: 'refused' }>;

export type SubscribeReport =
  | { readonly kind: 'done'; readonly subscription: NewSubscription }
  /** Live subscribers use the channel in the other mode; nothing was written. */
  | { readonly kind: 'conflict'; readonly mode: SubscriptionMode }
  | Extract<EntryVerdict, { readonly kind: 'refused' }>;

export interface SubscribeRequest {
  readonly hold: LeaseHold;
  readonly channel: string;
  readonly mode: SubscriptionMode;
  /** `now`: only what is published from now on; `beginning`: everything that is stored (direct channels, which nobody else reads). */
  readonly from: 'now' | 'beginning';
}

/** A message as the poll sees it. */
export interface MessageMark {
  readonly id: number;
  readonly channel: string;
  readonly key: string | null;
}

/** What the poll has seen. Ids may be committed late: missing ones below `position` are looked for again until they expire. */
export interface PollState {
  readonly position: number;
  readonly gaps: readonly number[];
}

/** One page of a sweep. */
export interface MessageSweep {
  readonly removed: number;
  /** Where the next page begins; null at the end of what is old. */
  readonly last: number | null;
}

export interface MessageStore {
  /**
   * In one transaction: inserts the instances that do not exist (locked where they carry a lock), then, last and under the locks of their
   * channels, the messages that do not exist (E23c, E25b). Rejects as {@link CommitSession.write} does.
   */
  store(messages: readonly NewMessage[], starts: readonly NewInstance[]): Promise<StoreReport>;
  /** One list for each request, ordered by id. */
  pending(requests: readonly PendingRequest[]): Promise<readonly (readonly MessageRow[])[]>;
  /** Notes the keys of siblings' messages, where none is noted yet. */
  setKeys(keys: readonly { readonly id: number; readonly key: string }[]): Promise<void>;
  /**
   * Takes the oldest message of a competing channel that nobody has or is taking (SKIP LOCKED; siblings' claims respected), and writes the
   * entry that `record` makes of it, in one transaction under the fence of the entry; nobody gets the message afterwards (E23d).
   */
  claim(channel: string, record: (message: MessageRow) => CommitEntry): Promise<ClaimReport>;
  /**
   * In one transaction, under the lock of the channel: checks the mode against live subscribers (those whose instance is not terminal), writes
   * the subscription unless there is one (its cursor stays), and the entry that `record` makes of it, under the entry's fence.
   */
  subscribe(
    request: SubscribeRequest,
    record: (subscription: NewSubscription) => CommitEntry,
  ): Promise<SubscribeReport>;
  /** Who waits on these channels: ours for that key or for any, unlocked and not terminal; siblings' marked as waiting, and live. */
  waiters(published: readonly PublishedTo[]): Promise<Waiters>;
  /** Brings a message to a sibling's instance, if it still waits there, in the form that its framework reads (E26b). True if it was brought. */
  push(waiter: SiblingWaiter): Promise<boolean>;
  /** Live members of a group, in the order of joining. */
  members(group: string): Promise<readonly string[]>;
  /** Where a poll begins: everything that is committed by now counts as seen. */
  pollStart(): Promise<PollState>;
  /** Messages committed since; the caller hands the answered state to the next poll. */
  poll(
    state: PollState,
    limit: number,
  ): Promise<{ readonly messages: readonly MessageMark[]; readonly state: PollState }>;
  /** Moves messages that were staged in a user's transaction to their channels, in the order of staging; null for all left over. */
  moveStaged(messageIds: readonly string[] | null): Promise<readonly PublishedTo[]>;
  /**
   * What instances of these workflows wait for while nobody has them in hand: of the next `limit` stored waits, or a few more, of instances whose
   * ids come after `after`.
   */
  parked(workflowNames: readonly string[], after: string, limit: number): Promise<ParkedPage>;
  /** Those of these instances that still have a stored wait. */
  waitingAmong(instanceIds: readonly string[]): Promise<readonly string[]>;
  /** The safety net: ours among these workflows that are unlocked and wait for a message that is there. */
  stranded(workflowNames: readonly string[], limit: number): Promise<readonly string[]>;
  /** The same for siblings, all of them: who waits for a message that nobody brings any more. A page of them, then the next one. */
  strandedSiblings(limit: number): Promise<readonly SiblingWaiter[]>;
  /**
   * Looks at messages with ids above `after` that are older than this, by the database's clock, at most `limit` of them, and removes those that no
   * live subscriber or waiter has still to get.
   */
  sweep(olderThanMs: number, after: number, limit: number): Promise<MessageSweep>;
}
