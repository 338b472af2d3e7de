import type { TraceContext } from '../ports/tracing.js';

/** A baggage may be long; what the trace itself needs is short. */
const MOST_BYTES = 4096;
const OF_THE_TRACE = ['traceparent', 'tracestate'];

/** As it is stored with an instance; null for none. What is too long is left out, the baggage first. */
export function traceText(context: TraceContext | undefined): string | null {
  if (context === undefined || Object.keys(context).length === 0) return null;
  const text = JSON.stringify(context);
  if (Buffer.byteLength(text) <= MOST_BYTES) return text;
  const short = JSON.stringify(only(context, OF_THE_TRACE));
  return Buffer.byteLength(short) <= MOST_BYTES && short !== '{}' ? short : null;
}

export function readTrace(text: string | null): TraceContext | undefined {
  if (text === null) return undefined;
  try {
    return texts(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The context among the extension attributes of an event, by the distributed tracing extension of CloudEvents; or in a message's metadata. */
export function traceAmong(attributes: unknown): TraceContext | undefined {
  const found = only(texts(attributes) ?? {}, OF_THE_TRACE);
  return found['traceparent'] === undefined ? undefined : found;
}

/** The context in the stored metadata of a message: of an event among its extensions, of any other beside the sender's keys. */
export function traceOfMetadata(text: string | null): TraceContext | undefined {
  if (text === null) return undefined;
  try {
    const metadata: unknown = JSON.parse(text);
    if (typeof metadata !== 'object' || metadata === null) return undefined;
    return traceAmong('ce_extensions' in metadata ? metadata.ce_extensions : metadata);
  } catch {
    return undefined;
  }
}

function only(context: TraceContext, names: readonly string[]): TraceContext {
  return Object.fromEntries(Object.entries(context).filter(([name, value]) => names.includes(name) && value !== ''));
}

function texts(value: unknown): TraceContext | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
