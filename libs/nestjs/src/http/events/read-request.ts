import type { CloudEventValue } from '@romancy/core';
import { toCloudEvent } from '../../outbox/outgoing-cloud-event.js';
import type { RawRequest } from '../raw/raw-requests.js';
import { readBinary } from './binary.js';
import { contentModeOf } from './content-mode.js';
import { parseError } from './decode.js';
import { readBatch, readStructured } from './structured.js';
import { BodyTooLarge } from './unsupported-media.js';

/**
 * The events of a request, in any content mode.
 *
 * The CloudEvents library has the last word on each, not the first: it would invent a missing id, drop a malformed time, and take null for no data.
 *
 * @throws InvalidEventError, UnsupportedMedia, BodyTooLarge
 */
export function readRequest(request: RawRequest): readonly CloudEventValue[] {
  if (request.body.kind === 'too-large') throw new BodyTooLarge('the body is too large');
  const events = read(request, request.body.bytes);
  for (const event of events) validate(event);
  return events;
}

function read(request: RawRequest, bytes: Uint8Array): readonly CloudEventValue[] {
  switch (contentModeOf(request.headers)) {
    case 'structured':
      return [readStructured(bytes)];
    case 'batched':
      return readBatch(bytes);
    default:
      return [readBinary(request, bytes)];
  }
}

function validate(event: CloudEventValue): void {
  try {
    if (toCloudEvent(event).validate()) return;
  } catch (error) {
    throw parseError(error instanceof Error ? error.message : String(error), error);
  }
  throw parseError('it is no CloudEvent');
}
