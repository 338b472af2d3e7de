import { INITIALIZE, McpApp } from '../support/mcp-app.js';
import { SHOP } from '../support/shop.js';

const CALL = { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'order_status', arguments: {} } };

const deep = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

/** Bodies and headers that no client should send, with what is answered inside a session. */
const MALFORMED: readonly (readonly [string, unknown, Record<string, string>])[] = [
  ['no JSON', '{"jsonrpc": ', {}],
  ['nothing', '', {}],
  ['a number', '17', {}],
  ['null', 'null', {}],
  ['an empty object', {}, {}],
  ['a list of numbers', [1, 2], {}],
  ['another version of JSON-RPC', { ...CALL, jsonrpc: '1.0' }, {}],
  ['a method that is no text', { ...CALL, method: 7 }, {}],
  ['an id that is an object', { ...CALL, id: {} }, {}],
  ['parameters that are a list', { ...CALL, params: [] }, {}],
  ['deep nesting', deep(50_000), {}],
  ['a body larger than the limit', `{"a":"${'x'.repeat(6_000_000)}"}`, {}],
  ['too many messages at once', Array.from({ length: 500 }, () => CALL), {}],
  ['text', CALL, { 'content-type': 'text/plain' }],
  ['an answer that cannot be given', CALL, { accept: 'text/html' }],
  ['a version of the protocol that is not known', CALL, { 'mcp-protocol-version': '1999-01-01' }],
  ['a session that is not known', CALL, { 'mcp-session-id': 'nonsense' }],
  ['a session id of many characters', CALL, { 'mcp-session-id': 'x'.repeat(5_000) }],
];

describe.each([
  ['Express', {}],
  ['Express without body parser', { bodyParser: false }],
  ['Fastify', { fastify: true }],
])('malformed requests on %s', (_, settings) => {
  let app: McpApp;
  let session: string;

  beforeAll(async () => {
    app = await McpApp.start(SHOP, {}, settings);
    const answer = await app.post(INITIALIZE);
    await answer.body?.cancel();
    session = String(answer.headers.get('mcp-session-id'));
  });

  afterAll(async () => app.close());

  it.each(MALFORMED)('%s: is the mistake of the client', async (_name, body, headers) => {
    for (const withSession of [true, false]) {
      const answer = await app.post(body, { ...(withSession ? { 'mcp-session-id': session } : {}), ...headers });
      await answer.body?.cancel();
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
    }
  });

  it('an empty list, and a character set that nobody knows, are no incident either', async () => {
    const headers = { 'mcp-session-id': session };
    const answers = [
      await app.post([], headers),
      await app.post(CALL, { ...headers, 'content-type': 'application/json; charset=none' }),
    ];
    for (const answer of answers) {
      await answer.body?.cancel();
      expect(answer.status).toBeLessThan(500);
    }
  });

  it.each(['PUT', 'PATCH', 'OPTIONS'])('%s is not answered', async (method) => {
    const answer = await fetch(app.url, { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET, POST, DELETE');
  });

  it.each(['GET', 'DELETE'])('%s needs a session', async (method) => {
    const accept = { accept: 'text/event-stream' };
    expect((await fetch(app.url, { method, headers: accept })).status).toBe(400);
    expect((await fetch(app.url, { method, headers: { ...accept, 'mcp-session-id': 'nonsense' } })).status).toBe(404);
  });

  it('a second initialization, and one among other messages, are refused', async () => {
    expect((await app.post(INITIALIZE, { 'mcp-session-id': session })).status).toBe(400);
    expect((await app.post([INITIALIZE, CALL])).status).toBe(400);
  });

  it('the session goes on after all of them', async () => {
    const answer = await app.post({ jsonrpc: '2.0', id: 3, method: 'ping' }, { 'mcp-session-id': session });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('"result":{}');
  });

  it('a method or parameters that are wrong are an error inside the protocol', async () => {
    for (const message of [
      { jsonrpc: '2.0', id: 4, method: 'nothing/at/all' },
      { jsonrpc: '2.0', id: 4, method: 'tools/call', params: { name: 3 } },
      { jsonrpc: '2.0', id: 4, method: 'tools/call', params: { name: 'order_start', arguments: 'text' } },
      { jsonrpc: '2.0', id: 4, method: 'resources/read', params: { uri: 'x'.repeat(50_000) } },
      {
        jsonrpc: '2.0',
        id: 4,
        method: 'completion/complete',
        params: { ref: { type: 'ref/prompt', name: 'x' }, argument: {} },
      },
    ]) {
      const answer = await app.post(message, { 'mcp-session-id': session });
      expect(answer.status).toBe(200);
      expect(await answer.text()).toMatch(/"error":\{"code":-32\d{3}/);
    }
  });

  it('arguments of any shape are a tool error', async () => {
    for (const args of [
      { instance_id: 7 },
      { instance_id: '' },
      { instance_id: 'x'.repeat(9_000) },
      { instance_id: '\u0000' },
      { other: 1 },
    ]) {
      const params = { name: 'order_status', arguments: args };
      const answer = await app.post(
        { jsonrpc: '2.0', id: 5, method: 'tools/call', params },
        { 'mcp-session-id': session },
      );
      expect(await answer.text()).toContain('"isError":true');
    }
  });
});
