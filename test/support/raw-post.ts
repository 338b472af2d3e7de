import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';

/** A request to which no client adds or takes away anything. */
export async function rawPost(
  url: string,
  headers: Readonly<Record<string, string | string[]>>,
  body: string | Uint8Array,
): Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>> }> {
  const sent = request(url, { method: 'POST', headers, agent: false });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, body: (await json(response)) as Record<string, unknown> };
}
