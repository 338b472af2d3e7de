import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { jest } from '@jest/globals';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { eventually } from '../../../../test/support/eventually.js';
import { HttpEndpoint } from '../../src/http/http-endpoint.js';
import { SessionStore } from '../../src/http/session-store.js';
import type { Server } from '../../src/sdk.js';
import { McpServerFactory } from '../../src/server/server-factory.js';
import { INITIALIZE, McpApp, type AppSettings } from '../support/mcp-app.js';
import { SHOP } from '../support/shop.js';

interface Raw<T> {
  readonly raw?: T;
}

const asked = { count: 0 };

/** Lets a request in when its client has hung up, if the request says that it will. */
@Injectable()
class SlowGuard implements CanActivate {
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<IncomingMessage & Raw<IncomingMessage>>();
    const response = http.getResponse<ServerResponse & Raw<ServerResponse>>();
    if ((request.raw ?? request).headers['x-hangs-up'] === undefined) return true;
    asked.count += 1;
    await once(response.raw ?? response, 'close');
    return true;
  }
}

const PLATFORMS: readonly (readonly [string, AppSettings])[] = [
  ['Express', {}],
  ['Fastify', { fastify: true }],
];

describe.each(PLATFORMS)('a client that hangs up while a guard of %s thinks', (_, settings) => {
  let app: McpApp;

  beforeEach(() => (asked.count = 0));
  afterEach(async () => app.close());

  /** Sends a request, and goes before it is let in; resolves when the server is done with it. */
  const hangUp = async (body: unknown, headers: Record<string, string> = {}): Promise<void> => {
    const handle = jest.spyOn(app.nest.get(HttpEndpoint), 'handle');
    const abort = new AbortController();
    const before = asked.count;
    const answer = fetch(app.url, {
      method: 'POST',
      signal: abort.signal,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'x-hangs-up': 'yes',
        ...headers,
      },
      body: JSON.stringify(body),
    });
    await eventually('the guard is asked', async () => asked.count > before);
    abort.abort();
    await expect(answer).rejects.toThrow('aborted');
    await eventually('the request is let in', async () => handle.mock.calls.length > 0);
    await handle.mock.results[0]?.value;
    handle.mockRestore();
  };

  const guarded = { http: { guards: [SlowGuard] } };

  it('takes no session, so that others find room', async () => {
    app = await McpApp.start(SHOP, { ...guarded, sessions: { limit: 1 } }, settings);
    await hangUp(INITIALIZE);
    expect(app.nest.get(SessionStore).size).toBe(0);
    const answer = await app.post(INITIALIZE);
    await answer.body?.cancel();
    expect(answer.status).toBe(200);
  });

  it('does not keep its session in use', async () => {
    app = await McpApp.start(SHOP, { ...guarded, sessions: { limit: 1 } }, settings);
    const begun = await app.post(INITIALIZE);
    await begun.body?.cancel();
    const id = String(begun.headers.get('mcp-session-id'));
    await hangUp({ jsonrpc: '2.0', id: 2, method: 'tools/list' }, { 'mcp-session-id': id });
    await eventually('the session is idle', async () => (app.nest.get(SessionStore).get(id)?.idleFor ?? 0) > 0);
  });

  it('leaves no server behind where there are no sessions', async () => {
    app = await McpApp.start(SHOP, { ...guarded, sessions: { stateless: true } }, settings);
    const connect = jest.spyOn(app.nest.get(McpServerFactory), 'connect');
    await hangUp(INITIALIZE);
    const servers = await Promise.all(connect.mock.results.map(async ({ value }) => value as Promise<Server>));
    expect(servers.map(({ transport }) => transport !== undefined)).not.toContain(true);
  });
});
