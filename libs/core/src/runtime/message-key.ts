import { keyOfEvent } from '../events/event-key.js';
import { readRecordedMessage, toReceivedMessage } from '../messages/received-message.js';
import { receivedRow } from '../messages/message-rows.js';
import { toReceivedEvent } from '../messages/received-event.js';
import type { MessageRow } from '../ports/message.js';
import type { Payloads } from './payloads.js';

/** Key of a message that is about to be stored on a channel that may be the type of an event. */
export function keyOfData(channel: string, data: unknown): string {
  return keyOfEvent({ type: channel, subject: undefined, data });
}

/** Key of a stored message whose writer did not know it. */
export async function keyOfMessage(payloads: Payloads, row: MessageRow): Promise<string> {
  try {
    const recorded = readRecordedMessage(
      receivedRow({ stepId: '', channel: row.channel, key: null }, row, row.publishedAt),
    );
    const data: unknown = row.binary ?? (await payloads.reviveStored(recorded.data));
    return keyOfEvent(toReceivedEvent(toReceivedMessage(recorded, row.channel, data)));
  } catch {
    // What cannot be read has no key: it waits for someone who takes any event.
    return '';
  }
}
