import {
  readEvent,
  storableKey,
  toOutboxRow,
  traceAmong,
  type EventToken,
  type NewOutboxEvent,
  type TraceContext,
} from '@romancy/core';
import type { EmitOptions } from './emit-options.js';

export interface EmittedBy {
  readonly eventId: string;
  readonly defaultSource: string;
  readonly instanceId?: string;
  /** Becomes the attributes of the distributed tracing extension. */
  readonly trace: TraceContext | undefined;
}

/**
 * The row of the outbox for what is emitted.
 * @throws InvalidEventError for attributes that no CloudEvent can have, UnstorableValueError for data that is no JSON
 */
export function emittedEvent<Data>(
  type: EventToken<Data> | string,
  data: Data,
  options: EmitOptions,
  { eventId, defaultSource, instanceId, trace }: EmittedBy,
): NewOutboxEvent {
  const { source = defaultSource, subject, time = new Date(), contentType, dataSchema, extensions, ordered } = options;
  const event = readEvent(
    {
      ...traceAmong(trace),
      ...extensions,
      specversion: '1.0',
      id: eventId,
      source,
      type: typeof type === 'string' ? type : type.type,
      subject,
      time: time.toISOString(),
      datacontenttype: contentType,
      dataschema: dataSchema,
    },
    data,
  );
  const key = ordered === true ? source : ordered === false ? undefined : ordered;
  return toOutboxRow(event, {
    orderKey: key === undefined ? null : storableKey(key),
    instanceId: instanceId ?? null,
  });
}
