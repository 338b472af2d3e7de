import { isJsonType, type CloudEventValue } from '@romancy/core';
import { CloudEvent } from 'cloudevents';

/** The event as the CloudEvents library knows it. @throws ValidationError for attributes that no CloudEvent can have */
export function toCloudEvent(event: CloudEventValue): CloudEvent<unknown> {
  const { id, source, type, subject, time, dataContentType, dataSchema, extensions, data } = event;
  return new CloudEvent<unknown>({
    ...extensions,
    specversion: '1.0',
    id,
    source,
    type,
    ...(subject === undefined ? {} : { subject }),
    ...(time === undefined ? {} : { time }),
    ...(dataContentType === undefined ? {} : { datacontenttype: dataContentType }),
    ...(dataSchema === undefined ? {} : { dataschema: dataSchema }),
    ...(data === undefined ? {} : { data: data instanceof Uint8Array ? Buffer.from(data) : data }),
  });
}

/** What stands in the body in binary mode: the library would write a JSON string without its quotes. */
export function binaryBody({ data, dataContentType = 'application/json' }: CloudEventValue): string | Uint8Array {
  if (data instanceof Uint8Array) return data;
  if (data === undefined) return '';
  return typeof data === 'string' && !isJsonType(dataContentType) ? data : JSON.stringify(data);
}
