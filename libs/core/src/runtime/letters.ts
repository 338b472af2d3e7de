import { PayloadTooLargeError } from '../errors/payload-too-large-error.js';
import { UnstorableValueError } from '../errors/unstorable-value-error.js';
import type { MessageBody, NewMessage } from '../ports/new-message.js';
import type { TraceContext } from '../ports/tracing.js';
import type { Payloads } from './payloads.js';

/** The column is a TEXT of 64 KiB on MySQL. */
const MAX_METADATA = 60_000;

/** What is to be written on a channel. */
export interface Letter {
  readonly data: unknown;
  readonly metadata: Readonly<Record<string, unknown>> | undefined;
}

/** A message without its address. */
export type Sealed = MessageBody & Pick<NewMessage, 'metadata'>;

/**
 * Makes a message of what a user hands over. Throws before anything is written.
 *
 * @param trace context of the sender, beside what the user has put into the metadata
 * @throws UnstorableValueError, PayloadTooLargeError
 */
export async function sealLetter(
  payloads: Payloads,
  { data, metadata }: Letter,
  sender: Readonly<Record<string, unknown>>,
  trace: TraceContext | undefined,
): Promise<Sealed> {
  const text = metadataText(payloads, { ...trace, ...metadata, ...sender });
  if (data instanceof Uint8Array) return { data: null, binary: data, metadata: text };
  // The siblings know no undefined.
  return { data: await payloads.seal(payloads.encode(data ?? null)), binary: null, metadata: text };
}

function metadataText(payloads: Payloads, metadata: Readonly<Record<string, unknown>>): string | null {
  if (Object.keys(metadata).length === 0) return null;
  const text = payloads.encode(metadata);
  if (!text.startsWith('{')) throw new UnstorableValueError('$', 'metadata must be a plain object.');
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_METADATA) throw new PayloadTooLargeError(bytes, MAX_METADATA);
  return text;
}
