import type { MessageRow } from '@romancy/core';

const GO = 'go';

/** Extensions by which the family addresses an event to one instance. */
const TARGETS = ['romancyinstanceid', 'eddainstanceid'];

type Json = Readonly<Record<string, unknown>>;

/**
 * The JSON text of the history row that hands a message to an instance of a sibling. The names of both siblings are in it; what differs is the
 * id (Go reads a number) and where an event has its attributes.
 */
export function siblingForm(framework: string, message: MessageRow, now: number): string {
  const { data, metadata } = framework === GO ? goBody(message) : pythonBody(message);
  const fields: readonly (readonly [string, string])[] = [
    ['id', JSON.stringify(framework === GO ? message.id : message.messageId)],
    ['channel', JSON.stringify(message.channel)],
    ['channel_name', JSON.stringify(message.channel)],
    ['data', data],
    ['metadata', metadata],
    ['published_at', JSON.stringify(timeOf(message.publishedAt))],
    ['created_at', JSON.stringify(timeOf(framework === GO ? message.publishedAt : now))],
  ];
  return `{${fields.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`;
}

/** Whether an event is for one instance, and that is another one. */
export function isForAnother({ metadata, data }: MessageRow, instanceId: string): boolean {
  const described = objectOf(metadata)?.['ce_extensions'] ?? envelopeOf(objectOf(data))?.['extensions'];
  if (typeof described !== 'object' || described === null) return false;
  const targets = TARGETS.map((name) => (described as Json)[name]).filter((target) => typeof target === 'string');
  return targets.length > 0 && !targets.includes(instanceId);
}

interface Body {
  readonly data: string;
  readonly metadata: string;
}

/** Payload and metadata as texts, so that nothing is lost on the way. */
function plainBody({ data, binary, metadata }: MessageRow): Body {
  return {
    data: data ?? JSON.stringify({ _binary: Buffer.from(binary).toString('base64') }),
    metadata: objectOf(metadata) === undefined ? '{}' : (metadata ?? '{}'),
  };
}

/** Go reads an event from an envelope in the data. */
function goBody(message: MessageRow): Body {
  const plain = plainBody(message);
  const metadata = objectOf(message.metadata);
  if (metadata === undefined || typeof metadata['ce_type'] !== 'string') return plain;
  const attributes = {
    id: metadata['ce_id'] ?? message.messageId,
    type: metadata['ce_type'],
    source: metadata['ce_source'] ?? 'unknown',
    specversion: '1.0',
    time: metadata['ce_time'] ?? undefined,
    extensions: metadata['ce_extensions'] ?? undefined,
  };
  return { ...plain, data: `${JSON.stringify(attributes).slice(0, -1)},"data":${plain.data}}` };
}

/** Python reads an event's attributes from the metadata. */
function pythonBody(message: MessageRow): Body {
  const plain = plainBody(message);
  const envelope = envelopeOf(objectOf(message.data));
  if (envelope === undefined || typeof objectOf(message.metadata)?.['ce_type'] === 'string') return plain;
  const metadata = {
    ...objectOf(message.metadata),
    ce_type: envelope['type'],
    ce_source: envelope['source'],
    ce_id: envelope['id'],
    ce_time: envelope['time'] ?? timeOf(message.publishedAt),
    ce_datacontenttype: 'application/json',
    ce_subject: null,
    ...(envelope['extensions'] !== undefined && { ce_extensions: envelope['extensions'] }),
    published_at: timeOf(message.publishedAt),
  };
  return { data: JSON.stringify(envelope['data'] ?? {}), metadata: JSON.stringify(metadata) };
}

/** Data that is an event as Go stores it. */
function envelopeOf(data: Json | undefined): Json | undefined {
  const complete =
    data !== undefined && ['id', 'type', 'source', 'specversion'].every((name) => typeof data[name] === 'string');
  return complete ? data : undefined;
}

/** Siblings write texts that are no JSON (NaN); those are nothing that could be looked into. */
function objectOf(text: string | null): Json | undefined {
  if (text === null) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}

/** RFC 3339 with the zone as numbers, which every version of the siblings reads. */
function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '+00:00');
}
