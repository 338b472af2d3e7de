import type { ReceivedEvent, ReceivedMessage } from '../definition/messages.js';
import { read, textOf } from '../history/safe-read.js';

/**
 * The CloudEvent in a message: attributes in the metadata (ours and Edda's), or an envelope as the data (Romancy for Go). A message that was
 * published on the event's channel by hand is an event without a source.
 */
export function toReceivedEvent(message: ReceivedMessage): ReceivedEvent {
  const { metadata, data } = message;
  if (textOf(metadata, 'ce_type') !== undefined) {
    return {
      id: textOf(metadata, 'ce_id') ?? message.id,
      type: textOf(metadata, 'ce_type') ?? message.channel,
      source: textOf(metadata, 'ce_source') ?? 'unknown',
      subject: textOf(metadata, 'ce_subject'),
      time: moment(textOf(metadata, 'ce_time')),
      dataContentType: textOf(metadata, 'ce_datacontenttype'),
      extensions: record(read(metadata, 'ce_extensions')),
      data: textOf(metadata, 'romancy_data') === 'none' ? undefined : data,
    };
  }
  const envelope = isEnvelope(data) ? data : undefined;
  return {
    id: textOf(envelope, 'id') ?? message.id,
    type: textOf(envelope, 'type') ?? message.channel,
    source: textOf(envelope, 'source') ?? 'unknown',
    subject: textOf(envelope, 'subject'),
    time: moment(textOf(envelope, 'time')) ?? message.publishedAt,
    dataContentType: textOf(envelope, 'datacontenttype'),
    extensions: record(envelope?.['extensions']),
    data: envelope === undefined ? data : (envelope['data'] ?? null),
  };
}

function isEnvelope(data: unknown): data is Readonly<Record<string, unknown>> {
  return (
    textOf(data, 'specversion') !== undefined && textOf(data, 'type') !== undefined && textOf(data, 'id') !== undefined
  );
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}

function moment(text: string | undefined): Date | undefined {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? undefined : new Date(time);
}
