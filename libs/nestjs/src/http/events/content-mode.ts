import type { IncomingHttpHeaders } from 'node:http';
import { CONSTANTS } from 'cloudevents';
import { UnsupportedMedia } from './unsupported-media.js';

export type ContentMode = 'structured' | 'binary' | 'batched';

export interface MediaType {
  /** In lower case, without parameters; empty for none. */
  readonly name: string;
  /** In lower case; undefined where none is given. */
  readonly charset: string | undefined;
}

const ANY_EVENT = 'application/cloudevents';
const UTF8: ReadonlySet<string | undefined> = new Set([undefined, 'utf-8', 'utf8', 'us-ascii']);

/** How a request carries its event (HTTP protocol binding, section 3). @throws UnsupportedMedia */
export function contentModeOf(headers: IncomingHttpHeaders): ContentMode {
  const { name, charset } = mediaTypeOf(headers['content-type']);
  const encoding = headers['content-encoding']?.toLowerCase() ?? 'identity';
  if (encoding !== 'identity') throw new UnsupportedMedia(`content-encoding "${encoding}" is not supported`);
  const isEvent = name.startsWith(ANY_EVENT);
  const isJson = name === CONSTANTS.MIME_CE_JSON || name === CONSTANTS.MIME_CE_BATCH || name === 'application/json';
  if (isEvent && !isJson) throw new UnsupportedMedia(`the event format "${name}" is not supported, only JSON is`);
  if (isEvent && !UTF8.has(charset)) throw new UnsupportedMedia(`charset "${String(charset)}" is not supported`);
  if (name === CONSTANTS.MIME_CE_JSON) return 'structured';
  if (name === CONSTANTS.MIME_CE_BATCH) return 'batched';
  if (Object.keys(headers).some((header) => header.startsWith('ce-'))) return 'binary';
  // Clients of the family post structured events as plain JSON.
  if (name === 'application/json' && UTF8.has(charset)) return 'structured';
  throw new UnsupportedMedia(
    `there is no CloudEvent in a body of type "${name}" without ce- headers; send ${CONSTANTS.MIME_CE_JSON}`,
  );
}

export function mediaTypeOf(contentType = ''): MediaType {
  const [name = '', ...parameters] = contentType.split(';').map((part) => part.trim());
  const charset = parameters
    .map((part) => /^charset="?([^"]*)"?$/i.exec(part)?.[1])
    .find((found) => found !== undefined);
  return { name: name.toLowerCase(), charset: charset?.toLowerCase() };
}

export function isUtf8(charset: string | undefined): boolean {
  return UTF8.has(charset);
}
