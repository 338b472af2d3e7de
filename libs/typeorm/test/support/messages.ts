import { randomUUID } from 'node:crypto';
import type { MessageRow, NewMessage, PendingRequest, SubscriptionMode } from '@romancy/core';
import type { TypeOrmStorage } from '@romancy/typeorm';
import { emptyEntry, write, type Held } from './entries.js';

export const NOON = Date.parse('2026-03-01T12:00:00.123Z');

export function newMessage(channel: string, parts: Partial<NewMessage> = {}): NewMessage {
  const message = {
    channel,
    messageId: randomUUID(),
    metadata: null,
    key: '',
    publishedAt: NOON,
    data: '1',
    binary: null,
  };
  return { ...message, ...parts } as NewMessage;
}

/** Stores a message and answers its id as a message id. */
export async function publish(
  storage: TypeOrmStorage,
  channel: string,
  parts: Partial<NewMessage> = {},
): Promise<string> {
  const message = newMessage(channel, parts);
  await storage.messages.store([message], []);
  return message.messageId;
}

export function pendingRequest(channel: string, parts: Partial<PendingRequest> = {}): PendingRequest {
  return { channel, key: null, cursor: 0, since: null, seen: [], limit: 100, ...parts };
}

export async function pending(
  storage: TypeOrmStorage,
  channel: string,
  parts: Partial<PendingRequest> = {},
): Promise<readonly MessageRow[]> {
  const [rows] = await storage.messages.pending([pendingRequest(channel, parts)]);
  return rows ?? [];
}

/** Parks an instance that waits on a channel. */
export async function park(
  storage: TypeOrmStorage,
  held: Held,
  channel: string,
  wait: {
    readonly key?: string | null;
    readonly mode?: SubscriptionMode;
    readonly after?: number;
    readonly since?: number;
  } = {},
): Promise<void> {
  const { key = null, mode = 'broadcast', after = 0, since = null } = wait;
  await write(storage, [
    emptyEntry(held, {
      addSubscriptions: [{ channel, mode, cursor: after, since: null, seen: [] }],
      addWaits: [{ stepId: 'receive:1', channel, key, after, since }],
      status: 'waiting_for_message',
      release: true,
    }),
  ]);
}
