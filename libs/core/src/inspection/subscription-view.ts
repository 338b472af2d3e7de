import type { MessageRow, MessageStore } from '../ports/message.js';
import type { NewSubscription } from '../ports/subscription.js';
import type { StoredValue, StoredValues } from './stored-value.js';

/** A message that a subscriber has not had yet. */
export interface PendingMessage {
  readonly id: number;
  readonly messageId: string;
  readonly key: string | null;
  /** Milliseconds. */
  readonly publishedAt: number;
  readonly data: StoredValue;
}

/** What an instance listens to, and how far it has come. */
export interface SubscriptionView {
  readonly channel: string;
  readonly mode: NewSubscription['mode'];
  /** Id of the last message that it has had. */
  readonly cursor: number;
  /** The oldest of those that it has not had; on a competing channel others may take them. */
  readonly pending: readonly PendingMessage[];
  /** There are more than these. */
  readonly morePending: boolean;
}

const SHOWN = 20;

export async function toSubscriptionViews(
  subscriptions: readonly NewSubscription[],
  messages: MessageStore,
  values: StoredValues,
): Promise<readonly SubscriptionView[]> {
  if (subscriptions.length === 0) return [];
  const pages = await messages.pending(
    subscriptions.map(({ channel, cursor, since, seen }) => ({
      channel,
      cursor,
      since,
      seen,
      key: null,
      limit: SHOWN + 1,
    })),
  );
  return Promise.all(
    subscriptions.map(async ({ channel, mode, cursor }, index) => {
      const page = pages[index] ?? [];
      const pending = await Promise.all(page.slice(0, SHOWN).map((row) => toPending(row, values)));
      return { channel, mode, cursor, pending, morePending: page.length > SHOWN };
    }),
  );
}

async function toPending(row: MessageRow, values: StoredValues): Promise<PendingMessage> {
  const { id, messageId, key, publishedAt } = row;
  const data: StoredValue =
    row.data === null
      ? { readable: false, reason: `it is ${String(row.binary.byteLength)} bytes` }
      : await values.ofText(row.data);
  return { id, messageId, key, publishedAt, data };
}
