import type { CloudEventValue, OutboxPublisher, PublishContext } from '@romancy/core';
import { HTTP } from 'cloudevents';
import { refuseUnlessTaken } from './http-answer.js';
import { binaryBody, toCloudEvent } from './outgoing-cloud-event.js';

type Headers = Readonly<Record<string, string>>;

/** Options of {@link httpPublisher}. */
export interface HttpPublisherOptions {
  /** Where events are posted, or what tells it for each. */
  readonly url: string | URL | ((event: CloudEventValue) => string | URL | Promise<string | URL>);
  /** `'binary'` (default): attributes in headers, data in the body. `'structured'`: all in one JSON document. */
  readonly mode?: 'binary' | 'structured';
  /** Headers beside those of the event; a function is asked before each attempt, for tokens that run out. */
  readonly headers?: Headers | ((event: CloudEventValue) => Headers | Promise<Headers>);
}

/**
 * Publishes CloudEvents over HTTP. A status of 200 to 299 is success; 408, 425, 429 and 5xx are tried again (no earlier than `Retry-After` says);
 * any other 4xx sets the event aside as `invalid`. Redirections are not followed, and are tried again.
 *
 * @example
 * ```ts
 * httpPublisher({
 *   url: 'https://broker.example/events',
 *   mode: 'structured',
 *   headers: async () => ({ authorization: `Bearer ${await tokens.current()}` }),
 * })
 * ```
 */
export function httpPublisher(options: HttpPublisherOptions): OutboxPublisher {
  return {
    async publish(event: CloudEventValue, { signal }: PublishContext): Promise<void> {
      const { url, headers } = options;
      const message = options.mode === 'structured' ? structured(event) : binary(event);
      const own = typeof headers === 'function' ? await headers(event) : headers;
      const response = await fetch(typeof url === 'function' ? await url(event) : url, {
        method: 'POST',
        headers: { ...message.headers, ...own },
        body: message.body,
        redirect: 'manual',
        signal,
      });
      await refuseUnlessTaken(response);
    },
  };
}

interface HttpMessage {
  readonly headers: Headers;
  readonly body: string | Uint8Array<ArrayBuffer>;
}

function structured(event: CloudEventValue): HttpMessage {
  const { headers, body } = HTTP.structured(toCloudEvent(event));
  return { headers: texts(headers), body: String(body) };
}

function binary(event: CloudEventValue): HttpMessage {
  const { headers } = HTTP.binary(toCloudEvent(event));
  const body = binaryBody(event);
  const encoded = Object.entries(texts(headers)).map(([name, value]) => [
    name,
    name.startsWith('ce-') ? percentEncoded(value) : value,
  ]);
  return {
    headers: Object.fromEntries(encoded) as Headers,
    body: typeof body === 'string' ? body : new Uint8Array(body),
  };
}

function texts(headers: Readonly<Record<string, unknown>>): Headers {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

/** As the HTTP binding asks for: spaces, quotes, per cents and all that is not printable ASCII. */
function percentEncoded(value: string): string {
  return value.replace(/[^\x21-\x7e]+|["%]/g, (part) => encodeURIComponent(part));
}
