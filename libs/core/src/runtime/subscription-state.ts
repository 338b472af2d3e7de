import type { MessageRow } from '../ports/message.js';
import type { NewSubscription, SubscriptionMode } from '../ports/subscription.js';

/** A next generation carries at most this many ids along, so that a chain without an end stays small. */
const CARRIED_IDS = 1_000;

/** Events stored a moment before the start count as later: clocks of processes differ by some milliseconds. */
const CLOCK_SLACK = 10;

/** How far an instance has come on a channel. */
export class SubscriptionState {
  readonly channel: string;
  readonly mode: SubscriptionMode;
  readonly since: number | null;
  cursor: number;
  readonly #seen: Set<number>;
  readonly #seenIds = new Set<string>();

  /** @param implicit a wait for an event has made it; there is no row of it */
  constructor(
    { channel, mode, since, cursor, seen }: NewSubscription,
    readonly implicit = false,
  ) {
    this.channel = channel;
    this.mode = mode;
    this.since = since;
    this.cursor = cursor;
    this.#seen = new Set(seen);
  }

  static toEvents(channel: string, startedAt: number): SubscriptionState {
    const since = startedAt - CLOCK_SLACK;
    return new SubscriptionState({ channel, mode: 'broadcast', cursor: 0, since, seen: [] }, true);
  }

  /** Greatest id of what the instance has had, or passed over. */
  get newest(): number {
    return this.seen.reduce((newest, id) => Math.max(newest, id), this.cursor);
  }

  get seen(): readonly number[] {
    return [...this.#seen];
  }

  /** The instance has had it, or it is not for it. */
  isPast(message: MessageRow): boolean {
    // From now on it is known by its number, so that no look brings it again.
    if (this.#seenIds.delete(message.messageId)) this.#seen.add(message.id);
    if (this.#seen.has(message.id)) return true;
    return !message.foreign && message.id <= this.cursor;
  }

  /** Notes a message that was taken. A wait for a key takes messages from the middle, so it moves no cursor. */
  take(message: Pick<MessageRow, 'id' | 'foreign'>, keyed: boolean): boolean {
    if (keyed || message.foreign) this.#seen.add(message.id);
    if (keyed || message.id <= this.cursor) return false;
    this.cursor = message.id;
    return true;
  }

  /** Notes a message that the history tells of. */
  observe(rowId: number | undefined, messageId: string | undefined): void {
    if (rowId !== undefined) this.#seen.add(rowId);
    else if (messageId !== undefined) this.#seenIds.add(messageId);
  }

  /** As the next generation begins with it. */
  carried(): NewSubscription {
    const { channel, mode, since, cursor } = this;
    return { channel, mode, since, cursor, seen: this.seen.slice(-CARRIED_IDS) };
  }
}
