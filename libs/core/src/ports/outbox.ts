import type { NewOutboxEvent } from './commit.js';

/** An event that this process has claimed, and sends now. */
export interface ClaimedEvent extends NewOutboxEvent {
  /** Number of this attempt, from 1; one that a crash cut off counts. */
  readonly attempt: number;
  /** Milliseconds, by the database's clock; whole seconds where the shared column holds no more. */
  readonly createdAt: number;
}

export interface OutboxClaim {
  /** Value for the row's claim; another one for every pass, so that a late answer of an earlier claim settles nothing. */
  readonly token: string;
  readonly leaseMs: number;
  readonly limit: number;
}

/** What became of a claimed event. */
export type OutboxOutcome =
  | { readonly eventId: string; readonly status: 'published' }
  /** It is tried again after `delayMs`. */
  | { readonly eventId: string; readonly status: 'retry'; readonly delayMs: number; readonly error: string }
  | { readonly eventId: string; readonly status: 'failed' | 'invalid' | 'expired'; readonly error: string }
  /** It was not tried after all: anybody may claim it at once, and the attempt does not count. */
  | { readonly eventId: string; readonly status: 'returned' };

/** The table `outbox_events`, siblings' rows included. Times are the database's. */
export interface OutboxStore {
  /**
   * Takes, in the order of insertion, up to `limit` events that are due: pending ones, and those whose claim has run out. Rows that another
   * relay is claiming are skipped. Of the events with one order key only the oldest unfinished one is ever claimed.
   */
  claim(claim: OutboxClaim): Promise<readonly ClaimedEvent[]>;
  /** Inserts events that belong to no other transaction. */
  insert(events: readonly NewOutboxEvent[]): Promise<void>;
  /** Notes outcomes of events that are still claimed by this token; answers how many were. */
  settle(token: string, outcomes: readonly OutboxOutcome[]): Promise<number>;
  /**
   * Gives events that a sibling's relay is sending a time after which they count as left behind by a crash, and makes up to `limit` events of
   * ours pending again that a sibling's relay has given up; answers how many of those.
   */
  watchSiblings(graceMs: number, limit: number): Promise<number>;
  /** Removes up to `limit` events that relays of ours have published longer ago than this; answers how many. */
  removePublished(olderThanMs: number, limit: number): Promise<number>;
}
