import { setTimeout } from 'node:timers/promises';
import {
  Controller,
  Get,
  Injectable,
  UnauthorizedException,
  VersioningType,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { McpTool, type McpContext } from '@romancy/nestjs-mcp';
import { eventually } from '../../../../test/support/eventually.js';
import { INITIALIZE, McpApp, call, type AppSettings } from '../support/mcp-app.js';
import { SHOP } from '../support/shop.js';

@Controller('other')
class OtherController {
  @Get()
  show(): object {
    return { other: true };
  }
}

@Injectable()
class Whoami {
  @McpTool({ description: 'Who asks.' })
  whoami(_: unknown, ctx: McpContext): string {
    return ctx.auth?.clientId ?? 'nobody';
  }
}

@Injectable()
class BearerGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<{ headers: Record<string, string>; auth?: unknown }>();
    const token = /^Bearer (\w+)$/.exec(request.headers['authorization'] ?? '')?.[1];
    if (token === undefined) throw new UnauthorizedException();
    request.auth = { token, clientId: token, scopes: [] };
    return true;
  }
}

const METADATA = { ...SHOP, controllers: [OtherController], providers: [...SHOP.providers, Whoami] };

const bearer = (token: string): { requestInit: RequestInit } => ({
  requestInit: { headers: { authorization: `Bearer ${token}` } },
});

const PLATFORMS: readonly (readonly [string, AppSettings])[] = [
  ['Express', {}],
  ['Express without body parser', { bodyParser: false }],
  ['Fastify', { fastify: true }],
];

describe.each(PLATFORMS)('the route on %s', (_, settings) => {
  let app: McpApp;

  afterEach(async () => app.close());

  it('serves clients beside other routes, from a session to its end', async () => {
    app = await McpApp.start(METADATA, {}, settings);
    const client = await app.client();
    const { structured } = await call(client, 'order_start', { sku: 'widget' });
    const result = await call(client, 'order_result', { instance_id: structured['instance_id'], wait_seconds: 10 });
    expect(result.structured).toMatchObject({ outcome: 'completed' });
    await expect((await fetch(new URL('/other', app.url))).json()).resolves.toEqual({ other: true });
    await client.close();
  });

  it('keeps to the global prefix, and to none of the versions', async () => {
    app = await McpApp.start(
      METADATA,
      { http: { path: 'ai/mcp' } },
      {
        ...settings,
        prepare: (nest) =>
          nest.setGlobalPrefix('api').enableVersioning({ type: VersioningType.URI, defaultVersion: '2' }),
      },
    );
    const client = await app.client({}, { url: new URL('/api/ai/mcp', app.url).href });
    expect((await call(client, 'whoami')).texts).toEqual(['nobody']);
    expect((await app.post(INITIALIZE)).status).toBe(404);
  });

  it('asks its guards, whose word reaches the tools', async () => {
    app = await McpApp.start(METADATA, { http: { guards: [BearerGuard] } }, settings);
    expect((await app.post(INITIALIZE)).status).toBe(401);
    const ada = await app.client({}, bearer('ada'));
    expect((await call(ada, 'whoami')).texts).toEqual(['ada']);
    const session = String((ada.transport as { sessionId?: string }).sessionId);
    const stolen = await app.post(
      { jsonrpc: '2.0', id: 2, method: 'tools/list' },
      { authorization: 'Bearer bob', 'mcp-session-id': session },
    );
    expect(stolen.status).toBe(404);
  });

  it('answers without sessions when told so', async () => {
    app = await McpApp.start(METADATA, { sessions: { stateless: true } }, settings);
    const client = await app.client();
    expect((client.transport as { sessionId?: string }).sessionId).toBeUndefined();
    expect((await call(client, 'whoami')).texts).toEqual(['nobody']);
    const heard: unknown[] = [];
    const { structured } = await call(client, 'order_start', { sku: 'soon' });
    const args = { instance_id: structured['instance_id'], wait_seconds: 10 };
    const result = await client.callTool({ name: 'order_result', arguments: args }, undefined, {
      onprogress: (p) => heard.push(p),
    });
    expect(result.structuredContent).toMatchObject({ outcome: 'completed' });
    expect(heard).not.toEqual([]);
    expect(client.getServerCapabilities()?.resources).toEqual({ subscribe: false });
    for (const method of ['GET', 'DELETE']) {
      expect((await fetch(app.url, { method, headers: { accept: 'text/event-stream' } })).status).toBe(405);
    }
  });

  it('lets the application end while streams are open', async () => {
    app = await McpApp.start(METADATA, {}, settings);
    const client = await app.client();
    const { structured } = await call(client, 'order_start', { sku: 'slow' });
    const waiting = call(client, 'order_result', { instance_id: structured['instance_id'], wait_seconds: 60 }).catch(
      () => 'cut off',
    );
    const begin = performance.now();
    // Before the client goes, whose streams would otherwise be over.
    await Promise.race([app.nest.close(), setTimeout(20_000)]);
    expect(performance.now() - begin).toBeLessThan(20_000);
    await client.close();
    await waiting;
  });
});

describe('a session', () => {
  let app: McpApp;

  afterEach(async () => app.close());

  const begin = async (): Promise<string> => {
    const answer = await app.post(INITIALIZE);
    await answer.body?.cancel();
    return String(answer.headers.get('mcp-session-id'));
  };
  const list = async (session: string): Promise<number> => {
    const answer = await app.post({ jsonrpc: '2.0', id: 2, method: 'tools/list' }, { 'mcp-session-id': session });
    await answer.body?.cancel();
    return answer.status;
  };

  it('ends when its client says so', async () => {
    app = await McpApp.start(SHOP);
    const session = await begin();
    expect(await list(session)).toBe(200);
    const end = await fetch(app.url, { method: 'DELETE', headers: { 'mcp-session-id': session } });
    expect(end.status).toBe(200);
    expect(await list(session)).toBe(404);
  });

  it('ends when nothing is heard of its client for long, and not while a stream is open', async () => {
    app = await McpApp.start(SHOP, { sessions: { idleTimeout: '200ms' } });
    const idle = await begin();
    const busy = await begin();
    const stream = await fetch(app.url, { headers: { accept: 'text/event-stream', 'mcp-session-id': busy } });
    await setTimeout(600);
    expect(await list(idle)).toBe(404);
    expect(await list(busy)).toBe(200);
    await stream.body?.cancel();
    await eventually('it ends as well', async () => {
      await setTimeout(300);
      return (await list(busy)) === 404;
    });
  });

  it('gives way to a new one at the limit, if nobody uses it', async () => {
    app = await McpApp.start(SHOP, { sessions: { limit: 2 } });
    const [first, second] = [await begin(), await begin()];
    expect(await list(first)).toBe(200);
    const third = await begin();
    expect([await list(first), await list(second), await list(third)]).toEqual([200, 404, 200]);
    const open = async (session: string): Promise<Response> =>
      fetch(app.url, { headers: { accept: 'text/event-stream', 'mcp-session-id': session } });
    const streams = [await open(first), await open(third)];
    expect((await app.post(INITIALIZE)).status).toBe(429);
    await Promise.all(streams.map(async ({ body }) => body?.cancel()));
  });

  it.each(PLATFORMS.slice(0, 2))('does not give way to a request on %s that begins none', async (_, settings) => {
    app = await McpApp.start(SHOP, { sessions: { limit: 1 } }, settings);
    const session = await begin();
    expect((await app.post({ jsonrpc: '2.0', id: 2, method: 'tools/list' })).status).toBe(400);
    expect((await app.post({ ...INITIALIZE, params: {} })).status).toBe(400);
    expect(await list(session)).toBe(200);
  });

  it('is resumed where its stream was cut, by the event that was heard last', async () => {
    app = await McpApp.start(SHOP);
    const session = await begin();
    const headers = { 'mcp-session-id': session, 'mcp-protocol-version': '2025-11-25' };
    const { structured } = await call(await app.client(), 'order_start', { sku: 'soon' });
    const params = { name: 'order_result', arguments: { instance_id: structured['instance_id'], wait_seconds: 10 } };
    const cut = await app.post({ jsonrpc: '2.0', id: 7, method: 'tools/call', params }, headers);
    const reader = cut.body!.getReader();
    const text = new TextDecoder().decode((await reader.read()).value);
    const lastEventId = /^id: (.+)$/m.exec(text)![1]!;
    expect(text).toContain('retry: 1000');
    await reader.cancel();
    await setTimeout(600);
    const resumed = await fetch(app.url, {
      headers: { ...headers, accept: 'text/event-stream', 'last-event-id': lastEventId },
    });
    expect(resumed.status).toBe(200);
    let heard = '';
    for await (const chunk of resumed.body!.pipeThrough(new TextDecoderStream())) {
      heard += chunk;
      if (heard.includes('"id":7')) break;
    }
    expect(heard).toContain('"outcome":"completed"');
    const unknown = await fetch(app.url, {
      headers: { ...headers, accept: 'text/event-stream', 'last-event-id': 'nonsense' },
    });
    expect(unknown.status).toBe(400);
  });
});

describe('a foreign page', () => {
  let app: McpApp;

  afterEach(async () => app.close());

  const from = async (headers: Record<string, string>): Promise<number> => {
    const answer = await app.post(INITIALIZE, headers);
    await answer.body?.cancel();
    return answer.status;
  };

  it('is refused, and a page of this machine is not', async () => {
    app = await McpApp.start(SHOP);
    expect(await from({ origin: 'https://evil.example' })).toBe(403);
    expect(await from({ origin: 'null' })).toBe(403);
    expect(await from({ origin: 'http://localhost:5173' })).toBe(200);
    expect(await from({ origin: new URL(app.url).origin })).toBe(200);
    expect(await from({})).toBe(200);
  });

  it('is let in when it is named', async () => {
    app = await McpApp.start(SHOP, { allowedOrigins: ['https://chat.example'] });
    expect(await from({ origin: 'https://chat.example' })).toBe(200);
    expect(await from({ origin: 'https://chat.example.evil.example' })).toBe(403);
  });
});
