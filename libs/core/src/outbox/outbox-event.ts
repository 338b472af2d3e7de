import { EventRefusedError } from '../errors/event-refused-error.js';
import { UnstorableValueError } from '../errors/unstorable-value-error.js';
import type { CloudEventValue } from '../events/cloud-event.js';
import type { NewOutboxEvent } from '../ports/commit.js';
import type { ClaimedEvent } from '../ports/outbox.js';

type OwnAttributes = Partial<Pick<CloudEventValue, 'subject' | 'time' | 'dataSchema' | 'extensions'>>;

/** The row that stands for an event which is to be sent. */
export function toOutboxRow(
  event: CloudEventValue,
  facts: Pick<NewOutboxEvent, 'orderKey' | 'instanceId'> = {},
): NewOutboxEvent {
  const { subject, time, dataSchema, extensions, data } = event;
  const bytes = ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : null;
  return {
    eventId: event.id,
    eventType: event.type,
    eventSource: event.source,
    data: bytes === null ? jsonOf(data) : null,
    binary: bytes,
    contentType: event.dataContentType ?? (bytes === null ? 'application/json' : 'application/octet-stream'),
    attributes: JSON.stringify({ subject, time, dataSchema, extensions }),
    orderKey: facts.orderKey ?? null,
    instanceId: facts.instanceId ?? null,
  };
}

/** The event that a row stands for; rows of siblings have no attributes of their own, and their time is that of the row. */
export function fromOutboxRow(row: ClaimedEvent): CloudEventValue {
  const { subject, time, dataSchema, extensions }: OwnAttributes =
    typeof row.attributes === 'string' ? (JSON.parse(row.attributes) as OwnAttributes) : {};
  return {
    id: row.eventId,
    source: row.eventSource,
    type: row.eventType,
    subject,
    time: time ?? new Date(row.createdAt).toISOString(),
    dataContentType: row.contentType,
    dataSchema,
    extensions: extensions ?? {},
    data: row.binary ?? valueOf(row.data),
  };
}

/** Receivers are other programs: plain JSON, in which a Date is its ISO text, and nothing of our own. */
function jsonOf(data: unknown): string {
  try {
    // In a list, what JSON does not know is null.
    return JSON.stringify([data]).slice(1, -1);
  } catch (error) {
    throw new UnstorableValueError('$', 'it cannot be written as JSON.', error);
  }
}

function valueOf(text: string | null): unknown {
  if (text === null) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    // A sibling may have written NaN; no receiver could read it.
    throw new EventRefusedError('The data of the event is not JSON.', { cause: error });
  }
}
