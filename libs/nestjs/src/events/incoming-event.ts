import { readEvent, type CloudEventValue } from '@romancy/core';

/** A CloudEvent as programs hold it: the `CloudEvent` of the package `cloudevents`, or an object with its attributes. */
export interface IncomingEvent {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  /** `'1.0'` where it is left out. */
  readonly specversion?: string;
  readonly data?: unknown;
  /** Optional and extension attributes. */
  readonly [attribute: string]: unknown;
}

const NOT_ATTRIBUTES: ReadonlySet<string> = new Set([
  'data',
  'data_base64',
  'toJSON',
  'datacontentencoding',
  'schemaurl',
]);

/** @throws InvalidEventError */
export function readIncoming(given: IncomingEvent): CloudEventValue {
  const attributes = Object.entries(given).filter(
    ([name, value]) => !NOT_ATTRIBUTES.has(name) && typeof value !== 'function',
  );
  return readEvent({ specversion: '1.0', ...Object.fromEntries(attributes) }, dataOf(given));
}

function dataOf({ data, data_base64: base64 }: IncomingEvent): unknown {
  if (data !== undefined && data !== null) return data;
  return typeof base64 === 'string' ? new Uint8Array(Buffer.from(base64, 'base64')) : data;
}
