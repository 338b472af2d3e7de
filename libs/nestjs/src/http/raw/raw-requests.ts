import type { IncomingMessage } from 'node:http';
import { readBody, type RawBody } from './read-body.js';

/** A request whose body was read before any parser of the application could. */
export interface RawRequest {
  readonly headers: IncomingMessage['headers'];
  /** Name, value, name, value, as they came. */
  readonly rawHeaders: readonly string[];
  readonly body: RawBody;
}

const kept = new WeakMap<IncomingMessage, RawRequest>();

/** Reads the body and keeps it for the controller. */
export async function keepRawRequest(request: IncomingMessage, limit: number): Promise<void> {
  const { rawHeaders } = request;
  const headers = { ...request.headers };
  kept.set(request, { headers, rawHeaders, body: await readBody(request, limit) });
}

export function isKept(request: IncomingMessage): boolean {
  return kept.has(request);
}

/** What the platforms hand to a controller. */
export interface PlatformRequest {
  /** Fastify's is around Node's. */
  readonly raw?: IncomingMessage;
  readonly rawBody?: unknown;
  readonly body?: unknown;
}

/** The request of a controller. Where an application reads bodies before everybody else, what its parser has left is taken. */
export async function rawRequestOf(given: PlatformRequest, limit: number): Promise<RawRequest> {
  const request = given.raw ?? (given as IncomingMessage);
  const known = kept.get(request);
  if (known) return known;
  const parsed = given.rawBody ?? given.body;
  const body =
    parsed === undefined && !request.readableEnded ? await readBody(request, limit) : limited(bytesOf(parsed), limit);
  return { headers: request.headers, rawHeaders: request.rawHeaders, body };
}

function limited(bytes: Buffer, limit: number): RawBody {
  return bytes.length > limit ? { kind: 'too-large' } : { kind: 'bytes', bytes };
}

function bytesOf(parsed: unknown): Buffer {
  if (parsed === undefined || parsed === null) return Buffer.alloc(0);
  if (parsed instanceof Uint8Array) return Buffer.from(parsed);
  return Buffer.from(typeof parsed === 'string' ? parsed : JSON.stringify(parsed));
}
