import type { NewMessage } from '@romancy/core';

/** The family's channel for published messages. */
export const MESSAGE_CHANNEL = 'workflow_channel_message';

// PostgreSQL refuses payloads of 8000 bytes, and with them the transaction.
const LONGEST = 7900;

/**
 * What is sent of messages that a transaction stores: once for each channel and key. `ch` and `msg_id` are what the family sends; a payload
 * with `channel_name` would make one of the siblings deliver the message a second time.
 */
export function noticeOfMessages(messages: readonly NewMessage[]): readonly string[] {
  const notices = new Map<string, string>();
  for (const { channel, key, messageId } of messages) {
    const place = JSON.stringify([channel, key]);
    if (!notices.has(place)) notices.set(place, messagePayload(channel, key, messageId));
  }
  return [...new Set(notices.values())];
}

/** Leaves out what does not fit: without a key it stands for all of the channel, without a channel for everything. */
export function messagePayload(channel: string, key: string | null, messageId: string | null): string {
  const forms = [{ ch: channel, msg_id: messageId, key }, { ch: channel, msg_id: messageId }, { ch: channel }];
  return forms.map((form) => JSON.stringify(form)).find((text) => Buffer.byteLength(text) <= LONGEST) ?? '{}';
}
