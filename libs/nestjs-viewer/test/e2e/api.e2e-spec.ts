import { Bank } from '../support/shop.js';
import { ViewerApp } from '../support/viewer-app.js';

interface List {
  readonly instances: readonly { readonly instanceId: string }[];
  readonly nextPageToken: string | null;
}

interface History {
  readonly items: readonly unknown[];
  readonly nextAfterId: number | null;
}

/** Steps of a history that takes more than one page. */
const LONG = 501;

describe.each([
  ['Express', false],
  ['Fastify', true],
])('the API on %s', (_name, fastify) => {
  let app: ViewerApp;
  beforeAll(async () => {
    app = await ViewerApp.start({}, { fastify, prefix: 'shop/v1' });
    await start('order', { sku: 'done', quantity: 1 }, 'done');
    await app.reaches('done', 'completed');
  });
  afterAll(() => app.close());

  const start = async (workflow: string, input: unknown, instanceId: string): Promise<Response> =>
    app.post('instances', { workflow, input, instanceId });
  const idsOf = async (query: string): Promise<readonly string[]> =>
    (await app.json<List>(`instances?${query}`)).instances.map(({ instanceId }) => instanceId);

  it('starts, lists, shows and finds', async () => {
    const answer = await start('order', { sku: 'w-1', quantity: 2 }, 'order-1');
    expect([answer.status, await answer.json()]).toEqual([201, { instanceId: 'order-1' }]);
    await app.reaches('order-1', 'completed');
    expect(await app.json('instances/order-1')).toMatchObject({
      status: 'completed',
      ours: true,
      stage: 'paying',
      input: { readable: true, json: { sku: 'w-1', quantity: 2, express: false } },
      outcome: { result: { json: { hold: 'w-1', receipt: 'receipt for w-1' } } },
    });
    const { items } = await app.json<{ items: unknown[] }>('instances/order-1/history');
    expect(items).toMatchObject([
      { stepId: 'reserve:1', ok: true },
      { stepId: 'charge:1', result: { json: { receipt: 'receipt for w-1' } } },
    ]);
    expect(await app.json('instances/order-1/source')).toMatchObject({
      source: expect.stringContaining('class OrderWorkflow'),
    });
    expect(await idsOf('input=sku:w-1&status=completed,failed')).toEqual(['order-1']);
    expect(await idsOf('input=quantity:3')).toEqual([]);
    expect(await idsOf('id=RDER&workflow=ord')).toEqual(['order-1']);
    expect(await idsOf(`startedAfter=${new Date(Date.now() + 60_000).toISOString()}`)).toEqual([]);
  });

  it('pages with tokens', async () => {
    for (const n of [1, 2, 3]) await start('approval', { sku: 'p' }, `page-${String(n)}`);
    const seen: string[] = [];
    for (let token: string | null = ''; token !== null;) {
      const page: List = await app.json<List>(
        `instances?workflow=approval&limit=2&pageToken=${encodeURIComponent(token)}`,
      );
      seen.push(...page.instances.map(({ instanceId }) => instanceId));
      token = page.nextPageToken;
    }
    expect(seen.sort()).toEqual(['page-1', 'page-2', 'page-3']);
  });

  it('goes on with a history after the longest page that there is', async () => {
    await start('long', { steps: LONG }, 'long');
    await app.reaches('long', 'completed');
    const rows = async (query: string): Promise<History> => app.json<History>(`instances/long/history?${query}`);
    const first = await rows('limit=1000');
    expect(first.items).toHaveLength(500);
    const rest = await rows(`limit=1000&afterId=${String(first.nextAfterId)}`);
    expect([rest.items.length, rest.nextAfterId]).toEqual([LONG - 500, null]);
    expect((await rows('limit=0')).items).toHaveLength(1);
  });

  it('shows an instance of a sibling, and leaves it alone', async () => {
    await insertSibling(app, 'theirs');
    expect(await idsOf('framework=python')).toEqual(['theirs']);
    expect(await app.json('instances/theirs')).toMatchObject({ ours: false, framework: 'python', status: 'failed' });
    expect((await app.post('instances/theirs/cancel', {})).status).toBe(404);
    expect((await app.post('instances/theirs/retry')).status).toBe(404);
    const many = await app.post('instances/cancel', { ids: ['theirs'] });
    expect(await many.json()).toMatchObject({ outcomes: [{ cancelled: false }] });
    expect(await idsOf('id=theirs')).toEqual(['theirs']);
    expect(await app.json('instances/theirs')).toMatchObject({ status: 'failed', cancelRequestedAt: null });
  });

  it('finds the longest id, whatever is in it', async () => {
    const id = '語/#?&%'.repeat(43).slice(0, 255);
    expect((await start('order', { sku: 'long', quantity: 1 }, id)).status).toBe(201);
    await app.reaches(id, 'completed');
    expect(await app.json(`instances/${encodeURIComponent(id)}`)).toMatchObject({ instanceId: id });
  });

  it('answers 304 to who knows the present state', async () => {
    const first = await app.get('instances/done');
    const tag = first.headers.get('etag') ?? '';
    expect((await app.get('instances/done', { 'if-none-match': tag })).status).toBe(304);
    expect((await app.get('instances/done', { 'if-none-match': `"other", W/${tag}` })).status).toBe(304);
    expect((await app.get('instances/done', { 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('cancels one and several, with the reason', async () => {
    for (const id of ['c-1', 'c-2', 'c-3']) {
      await start('approval', { sku: 'c' }, id);
      await app.reaches(id, 'waiting_for_message');
    }
    expect((await app.post('instances/c-1/cancel', { reason: 'no longer wanted' })).status).toBe(202);
    await app.reaches('c-1', 'cancelled');
    expect(await app.json('instances/c-1')).toMatchObject({ cancelReason: 'no longer wanted' });
    const many = await app.post('instances/cancel', { ids: ['c-2', 'c-3', 'done'], reason: 'all' });
    expect(await many.json()).toMatchObject({
      outcomes: [
        { instanceId: 'c-2', cancelled: true },
        { instanceId: 'c-3', cancelled: true },
        { instanceId: 'done', cancelled: false, problem: expect.stringContaining('completed') },
      ],
    });
    await app.reaches('c-3', 'cancelled');
  });

  it('retries what failed as a new instance, and refuses what has completed', async () => {
    const bank = app.nest.get(Bank);
    bank.open = false;
    await start('order', { sku: 'late', quantity: 1 }, 'r-1');
    await app.reaches('r-1', 'failed');
    bank.open = true;
    const answer = await app.post('instances/r-1/retry');
    expect(await answer.json()).toEqual({ kind: 'restarted', instanceId: 'r-1~2' });
    await app.reaches('r-1~2', 'completed');
    expect(await app.json('instances/r-1')).toMatchObject({ status: 'failed' });
    expect(
      (await app.json<{ generations: { generations: unknown[] } }>('instances/r-1')).generations.generations,
    ).toHaveLength(2);
    const refused = await app.post('instances/done/retry');
    expect([refused.status, await refused.json()]).toMatchObject([409, { code: 'ROMANCY_INSTANCE_NOT_RETRYABLE' }]);
  });

  it('sends an event to one instance', async () => {
    for (const id of ['e-1', 'e-2']) {
      await start('approval', { sku: 'e' }, id);
      await app.reaches(id, 'waiting_for_message');
    }
    const answer = await app.post('events', { type: 'order.approved', data: { by: 'ann' }, instanceId: 'e-1' });
    expect(answer.status).toBe(202);
    await app.reaches('e-1', 'completed');
    expect(await app.json('instances/e-1')).toMatchObject({ outcome: { result: { json: { by: 'ann' } } } });
    expect(await app.json('instances/e-2')).toMatchObject({
      status: 'waiting_for_message',
      waitingFor: [{ kind: 'message', channel: 'order.approved' }, { channel: 'order.approved:e-2' }],
    });
  });

  it('describes what can be started', async () => {
    expect(await app.json('workflows')).toMatchObject({
      workflows: [
        { name: 'approval', inputSchema: null },
        {
          name: 'delivery',
          inputSchema: {
            properties: { lines: { type: 'array', items: { $ref: '#/$defs/Line' } }, to: { $ref: '#/$defs/Address' } },
            $defs: { Line: { properties: { quantity: { type: 'integer', maximum: 9 } } } },
          },
        },
        {
          name: 'long',
          inputSchema: { properties: { due: { type: 'string', format: 'date-time' }, id: { type: 'string' } } },
        },
        {
          name: 'order',
          inputSchema: { type: 'object', required: ['sku', 'quantity'], properties: { quantity: { type: 'integer' } } },
        },
        { name: 'rounds', inputSchema: null },
      ],
    });
  });

  it('gives an overview', async () => {
    expect(await app.json('overview')).toMatchObject({
      database: 'sqlite',
      instances: expect.arrayContaining([{ status: 'recurred', count: 0, capped: false }]),
      workers: [{ service: 'romancy' }],
      slowest: expect.arrayContaining([expect.objectContaining({ name: 'charge' })]),
      loops: expect.arrayContaining([expect.objectContaining({ name: 'romancy:timers' })]),
    });
  });

  it.each([
    ['an unknown instance', 'GET', 'instances/absent', undefined, 404],
    ['an unknown status', 'GET', 'instances?status=done', undefined, 400],
    ['a limit that is no number', 'GET', 'instances?limit=x', undefined, 400],
    ['a token that is none', 'GET', 'instances?pageToken=x', undefined, 400],
    ['an input filter without a value', 'GET', 'instances?input=sku', undefined, 400],
    ['an unknown workflow', 'POST', 'instances', { workflow: 'absent' }, 404],
    ['an input that does not match', 'POST', 'instances', { workflow: 'order', input: { sku: '', quantity: 0 } }, 400],
    [
      'an id that is taken',
      'POST',
      'instances',
      { workflow: 'order', input: { sku: 'a', quantity: 1 }, instanceId: 'done' },
      409,
    ],
    ['a body that is a list', 'POST', 'instances', [], 400],
    ['an event without a type', 'POST', 'events', { data: 1 }, 400],
    ['ids that are none', 'POST', 'instances/cancel', { ids: 'a' }, 400],
    ['a cancellation of an unknown one', 'POST', 'instances/absent/cancel', {}, 404],
  ])('refuses %s with a problem document', async (_what, method, path, body, status) => {
    const answer = method === 'GET' ? await app.get(path) : await app.post(path, body);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toMatchObject({ status, title: expect.any(String) });
  });

  it('names the fields of an input that does not match', async () => {
    const answer = await app.post('instances', { workflow: 'order', input: { sku: 'a', quantity: 0 } });
    expect(await answer.json()).toMatchObject({ code: 'ROMANCY_INVALID_INPUT', errors: [{ field: 'quantity' }] });
  });

  it('serves the page with links that fit its address, and nothing that may load from elsewhere', async () => {
    const page = await fetch(app.url);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
    const html = await page.text();
    expect(html).toContain('src="romancy/assets/app.js"');
    const script = await fetch(new URL('romancy/assets/app.js', app.url));
    expect([script.status, script.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8']);
    expect((await fetch(new URL('romancy/assets/..%2fpackage.json', app.url))).status).toBe(404);
    expect((await fetch(new URL('romancy/assets/absent.js', app.url))).status).toBe(404);
  });
});

async function insertSibling({ host }: ViewerApp, id: string): Promise<void> {
  await host.dataSource.query(
    `INSERT INTO workflow_definitions (workflow_name, source_hash, source_code) VALUES ('theirs', 'h', 'async def theirs(ctx): ...')`,
  );
  await host.dataSource.query(
    `INSERT INTO workflow_instances (instance_id, workflow_name, source_hash, owner_service, framework, status, input_data) VALUES (?, 'theirs', 'h', 'shop', 'python', 'failed', '{}')`,
    [id],
  );
}
