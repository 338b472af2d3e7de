import type { RecordedMessage } from '../messages/received-message.js';
import type { MessageRow, PendingRequest } from '../ports/message.js';
import type { NewSubscription, SubscriptionMode } from '../ports/subscription.js';

/** A next generation carries at most so much along, so that a chain without an end stays small. */
const CARRIED_IDS = 1_000;
const CARRIED_KEYS = 10_000;

/** Events stored a moment before the start count as later: clocks of processes differ by some milliseconds. */
const CLOCK_SLACK = 10;

/** More ids are not sent along with a question; what comes back all the same is left out here. */
const SENT_IDS = 200;

/** A sibling's message is offered again behind the cursor while it is young; twice as long it is remembered by its number. */
const YOUNG = 120_000;

/**
 * How far an instance has come on a channel. Our own messages are committed in the order of their ids, so one position tells all; waits for a
 * key take messages from the middle and have a position of their own. Of siblings' messages each number is remembered.
 */
export class SubscriptionState {
  readonly channel: string;
  mode: SubscriptionMode;
  since: number | null;
  cursor: number;
  readonly #keys: Map<string, number>;
  /** Siblings' messages that were taken, by number. */
  readonly #foreign = new Map<number, { readonly publishedAt: number; readonly key: string | null }>();
  /** Messages that are not for the instance. */
  readonly #passed: Set<number>;
  readonly #passedIds = new Set<string>();

  constructor({ channel, mode, since, cursor, seen, keys = {} }: NewSubscription) {
    this.channel = channel;
    this.mode = mode;
    this.since = since;
    this.cursor = cursor;
    this.#passed = new Set(seen);
    this.#keys = new Map(Object.entries(keys));
  }

  static toEvents(channel: string, startedAt: number): SubscriptionState {
    return new SubscriptionState({ channel, mode: 'broadcast', cursor: 0, since: startedAt - CLOCK_SLACK, seen: [] });
  }

  /** A wait for an event has made it: only what was published since a time is heard. */
  get implicit(): boolean {
    return this.since !== null;
  }

  /** Greatest id of what the instance has had, or passed over. */
  get newest(): number {
    let newest = this.cursor;
    for (const ids of [this.#keys.values(), this.#foreign.keys(), this.#passed]) {
      for (const id of ids) newest = Math.max(newest, id);
    }
    return newest;
  }

  get seen(): readonly number[] {
    return [...this.#passed, ...this.#foreign.keys()];
  }

  /** What is still to be had, as a question to the database. */
  request(key: string | null, limit: number): PendingRequest {
    const { channel, since } = this;
    return {
      channel,
      key,
      since,
      seen: this.seen.slice(-SENT_IDS),
      limit,
      cursor: Math.max(this.cursor, this.#positionOf(key)),
    };
  }

  /** What only listened for events is subscribed to from now on; what was taken stays taken. */
  become({ mode, since, cursor, seen }: NewSubscription): void {
    this.mode = mode;
    this.since = since;
    for (const id of seen) this.#passed.add(id);
    this.#moveTo(cursor);
  }

  /** The instance has had it, or it is not for it. */
  isPast(message: MessageRow): boolean {
    // From now on it is known by its number, so that no look brings it again.
    if (this.#passedIds.delete(message.messageId)) this.#passed.add(message.id);
    if (this.#passed.has(message.id) || this.#foreign.has(message.id)) return true;
    return !message.foreign && (message.id <= this.cursor || message.id <= this.#positionOf(message.key));
  }

  /** Notes a message that a wait for this key took. Answers whether the cursor has moved. */
  take(message: Pick<MessageRow, 'id' | 'foreign' | 'publishedAt'>, key: string | null, now: number): boolean {
    const before = this.cursor;
    if (message.foreign) this.#foreign.set(message.id, { publishedAt: message.publishedAt, key });
    else if (key === null) this.#moveTo(message.id);
    else this.#keys.set(key, Math.max(this.#positionOf(key), message.id));
    for (const [id, { publishedAt, key: takenFor }] of this.#foreign) {
      if (takenFor !== null || publishedAt > now - YOUNG) continue;
      this.#foreign.delete(id);
      this.#moveTo(id);
    }
    return this.cursor > before;
  }

  /** Notes a message that the history tells of. */
  observe({ rowId, messageId, waitKey, foreign, publishedAt }: RecordedMessage): void {
    if (rowId !== undefined) this.take({ id: rowId, foreign, publishedAt }, waitKey, publishedAt);
    else if (messageId !== undefined) this.#passedIds.add(messageId);
  }

  /** Notes a message that is not for the instance. */
  pass(message: { readonly id: number } | { readonly messageId: string }): void {
    if ('id' in message) this.#passed.add(message.id);
    else this.#passedIds.add(message.messageId);
  }

  /** As the next generation begins with it. */
  carried(): NewSubscription {
    const { channel, mode, since, cursor, seen } = this;
    const keys = Object.fromEntries([...this.#keys].slice(-CARRIED_KEYS));
    return { channel, mode, since, cursor, seen: seen.slice(-CARRIED_IDS), keys };
  }

  #positionOf(key: string | null): number {
    return key === null ? 0 : (this.#keys.get(key) ?? 0);
  }

  #moveTo(id: number): void {
    if (id <= this.cursor) return;
    this.cursor = id;
    for (const [key, position] of this.#keys) if (position <= id) this.#keys.delete(key);
  }
}
