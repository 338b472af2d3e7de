import type { MessageBody, NewMessage } from '../ports/new-message.js';
import type { AcceptedEvent } from './accepted-event.js';
import type { CloudEventValue } from './cloud-event.js';

export interface EventMessageOptions {
  /** JSON text of a value, as it is stored. */
  readonly encode: (value: unknown) => string;
  /** Milliseconds by the database's clock. */
  readonly publishedAt: number;
}

/** The message that stands for an event: on the channel of its type, data and attributes in the layout of the family's Edda. */
export function toEventMessage(accepted: AcceptedEvent, { encode, publishedAt }: EventMessageOptions): NewMessage {
  const { event, messageId, key } = accepted;
  return {
    ...bodyOf(event.data, encode),
    channel: event.type,
    messageId,
    metadata: JSON.stringify(eventMetadata(event, publishedAt)),
    key,
    publishedAt,
  };
}

function bodyOf(data: unknown, encode: (value: unknown) => string): MessageBody {
  if (data instanceof Uint8Array || ArrayBuffer.isView(data)) {
    return { data: null, binary: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
  }
  return { data: encode(data ?? null), binary: null };
}

/** Absent attributes are null, as Edda writes them; its readers ignore what begins with `romancy_`. */
export function eventMetadata(event: CloudEventValue, publishedAt: number): Readonly<Record<string, unknown>> {
  const { extensions, data } = event;
  return {
    ce_type: event.type,
    ce_source: event.source,
    ce_id: event.id,
    ce_time: event.time ?? null,
    ce_datacontenttype: event.dataContentType ?? null,
    ce_subject: event.subject ?? null,
    ...(event.dataSchema === undefined ? {} : { ce_dataschema: event.dataSchema }),
    ...(Object.keys(extensions).length === 0 ? {} : { ce_extensions: extensions }),
    published_at: new Date(publishedAt).toISOString(),
    ...(data === undefined ? { romancy_data: 'none' } : isText(event) ? { romancy_data: 'text' } : {}),
  };
}

/** A text that is not JSON stands in the JSON column as a JSON string; nothing else would tell it from a string that was sent as JSON. */
function isText({ data, dataContentType = 'application/json' }: CloudEventValue): boolean {
  return typeof data === 'string' && !isJsonType(dataContentType);
}

/** `application/json`, and whatever ends in `/json` or `+json`; parameters do not matter. */
export function isJsonType(contentType: string): boolean {
  const [mediaType = ''] = contentType.split(';', 1);
  return /[/+]json$/i.test(mediaType.trim());
}
