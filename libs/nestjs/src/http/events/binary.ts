import { InvalidEventError, isJsonType, readEvent, type CloudEventValue } from '@romancy/core';
import type { RawRequest } from '../raw/raw-requests.js';
import { isUtf8, mediaTypeOf } from './content-mode.js';
import { decodeJson, decodeText } from './decode.js';

const PREFIX = 'ce-';
const TEXT = /^text\/|^application\/xml$|\+xml$/;
const PRINTABLE = /^[\x20-\x7e]*$/;

/** Attributes in headers, data in the body (HTTP protocol binding, section 3.1). */
export function readBinary({ rawHeaders, headers }: RawRequest, bytes: Uint8Array): CloudEventValue {
  const attributes: Record<string, unknown> = {};
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const header = rawHeaders[index]?.toLowerCase() ?? '';
    if (!header.startsWith(PREFIX)) continue;
    const name = header.slice(PREFIX.length);
    if (Object.hasOwn(attributes, name)) throw invalid(name, 'its header is given more than once');
    if (name === 'datacontenttype') throw invalid(name, 'it is the header content-type, not one of its own');
    if (name === 'data' || name === 'data_base64') throw invalid(name, 'it is the body, not a header');
    attributes[name] = decodeHeader(name, rawHeaders[index + 1] ?? '');
  }
  const contentType = headers['content-type'];
  return readEvent({ ...attributes, datacontenttype: contentType }, dataOf(bytes, contentType));
}

/** JSON and text as what they are, everything else as bytes. */
function dataOf(bytes: Uint8Array, contentType: string | undefined): unknown {
  const { name, charset } = mediaTypeOf(contentType);
  if (isJsonType(name)) return bytes.length === 0 ? undefined : decodeJson(bytes, 'the data');
  if (TEXT.test(name) && isUtf8(charset)) return decodeText(bytes, 'the data');
  return bytes.length === 0 ? undefined : new Uint8Array(bytes);
}

/** Quotes are taken off, percent-encoded bytes are UTF-8. */
function decodeHeader(name: string, value: string): string {
  if (!PRINTABLE.test(value)) throw invalid(name, 'its header holds characters that have to be percent-encoded');
  const unquoted = /^".*"$/.test(value) ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
  try {
    return decodeURIComponent(unquoted);
  } catch (error) {
    throw new InvalidEventError(
      'ValidationError',
      [{ path: name, message: 'its header is not percent-encoded UTF-8' }],
      error,
    );
  }
}

function invalid(path: string, message: string): InvalidEventError {
  return new InvalidEventError('ValidationError', [{ path, message }]);
}
