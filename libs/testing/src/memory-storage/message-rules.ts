import { FRAMEWORK, type MessageRow, type NewWait, type PendingRequest, type PublishedTo } from '@romancy/core';
import type { InstanceRecord } from './instance-record.js';
import type { MemoryDatabase } from './memory-database.js';
import { isYoung } from './message-table.js';

/** True for what the subscriber has not had yet. */
export function isPending(message: MessageRow, request: Omit<PendingRequest, 'limit'>, now: number): boolean {
  const { id, key, publishedAt } = message;
  return (
    (id > request.cursor || isYoung(message, now)) &&
    !request.seen.includes(id) &&
    (request.key === null || key === null || key === request.key) &&
    publishedAt >= (request.since ?? -Infinity)
  );
}

/** True if the wait may be for what has been published: a key that is not known yet may be any. */
export function concerns(wait: NewWait, { channel, key }: PublishedTo): boolean {
  return wait.channel === channel && (wait.key === null || key === null || wait.key === key);
}

/** Open waits of live instances of ours, with the mode in which they read. */
export function* openWaits(database: MemoryDatabase): Iterable<{ instance: InstanceRecord; wait: NewWait }> {
  for (const instance of database.live()) {
    if (instance.row.framework !== FRAMEWORK) continue;
    for (const wait of instance.waits.values()) yield { instance, wait };
  }
}

/** True if there is a message for the wait. */
export function isServable(database: MemoryDatabase, instance: InstanceRecord, wait: NewWait): boolean {
  const messages = database.messages.ofChannel(wait.channel);
  if (instance.subscriptions.get(wait.channel)?.mode === 'competing') {
    return messages.some(({ id }) => !database.claimed.has(id));
  }
  const request = { ...wait, cursor: wait.after, seen: [] };
  return messages.some((message) => message.id > wait.after && isPending(message, request, database.now()));
}

/** True if somebody alive has still to get the message. */
export function isWanted(database: MemoryDatabase, { id, channel }: MessageRow): boolean {
  return [...database.live()].some(({ subscriptions, waits }) => {
    const subscription = subscriptions.get(channel);
    if (subscription?.since === null && (subscription.mode === 'competing' || subscription.cursor < id)) return true;
    return [...waits.values()].some((wait) => wait.channel === channel && wait.after < id);
  });
}
