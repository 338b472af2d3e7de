import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AuthInfo } from '../sdk.js';

/** A request and its answer, whatever HTTP platform Nest runs on. */
export interface HttpExchange {
  readonly request: IncomingMessage & { auth?: AuthInfo };
  readonly response: ServerResponse;
  /** What the application's parser has made of the body; undefined when it has left it alone. */
  readonly body: unknown;
}

/** As Express and Fastify hand requests to a controller. */
interface PlatformRequest {
  readonly raw?: IncomingMessage;
  readonly body?: unknown;
  readonly auth?: AuthInfo;
}

/** As Express and Fastify hand answers to a controller. */
interface PlatformResponse {
  readonly raw?: ServerResponse;
  /** Fastify then leaves the answer to us. */
  hijack?(): unknown;
}

/** Takes the answer away from the platform: a stream is written by the transport itself. */
export function takeOver(request: PlatformRequest, response: PlatformResponse): HttpExchange {
  response.hijack?.();
  const plain = (request.raw ?? request) as HttpExchange['request'];
  // A guard of Fastify writes on the platform's request, not on the plain one.
  if (request.auth && plain !== request) plain.auth = request.auth;
  const hasBody = plain.method === 'POST';
  return {
    request: plain,
    response: (response.raw ?? response) as ServerResponse,
    body: hasBody ? (request.body ?? undefined) : undefined,
  };
}

/** The client has gone, for example while a guard was thinking: `close` is over, and whoever listens for it now waits for ever. */
export function hasHungUp({ response }: Pick<HttpExchange, 'response'>): boolean {
  return response.closed || response.destroyed;
}

/** Answers with an error as JSON-RPC has it, for problems that are found before the protocol begins. */
export function answerError({ response }: Pick<HttpExchange, 'response'>, status: number, message: string): void {
  const body = JSON.stringify({ jsonrpc: '2.0', error: { code: -32_000, message }, id: null });
  const allow = status === 405 ? { allow: 'GET, POST, DELETE' } : {};
  response.writeHead(status, { 'content-type': 'application/json', ...allow }).end(body);
}
