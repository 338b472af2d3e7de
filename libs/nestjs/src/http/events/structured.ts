import { readEvent, type CloudEventValue, InvalidEventError } from '@romancy/core';
import { decodeJson, parseError } from './decode.js';

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

export function readStructured(bytes: Uint8Array): CloudEventValue {
  return readDocument(decodeJson(bytes, 'the body'));
}

/** A batch is taken as a whole or not at all. */
export function readBatch(bytes: Uint8Array): readonly CloudEventValue[] {
  const list = decodeJson(bytes, 'the body');
  if (!Array.isArray(list)) throw parseError('a batch is a JSON array of events');
  return list.map((document: unknown, index) => {
    try {
      return readDocument(document);
    } catch (error) {
      if (!(error instanceof InvalidEventError)) throw error;
      const issues = error.issues.map(({ path, message }) => ({
        path: `${String(index)}.${path}`.replace(/\.$/, ''),
        message,
      }));
      throw new InvalidEventError(error.errorType, issues, error);
    }
  });
}

function readDocument(document: unknown): CloudEventValue {
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw parseError('an event is a JSON object');
  const { data, data_base64: base64, ...attributes } = document as Readonly<Record<string, unknown>>;
  return readEvent(attributes, dataOf(data, base64));
}

function dataOf(data: unknown, base64: unknown): unknown {
  if (base64 === undefined || base64 === null) return data;
  if (data !== undefined) throw invalid('data', 'it stands beside data_base64; an event has one of them');
  if (typeof base64 !== 'string' || !BASE64.test(base64)) throw invalid('data_base64', 'it is no base64 (RFC 4648)');
  return new Uint8Array(Buffer.from(base64, 'base64'));
}

function invalid(path: string, message: string): InvalidEventError {
  return new InvalidEventError('ValidationError', [{ path, message }]);
}
