import { request } from 'node:http';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { ApprovalWorkflow } from '../support/shop.js';
import { ViewerApp } from '../support/viewer-app.js';

class Operators implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    return (
      context.switchToHttp().getRequest<{ headers: Record<string, string> }>().headers['authorization'] === 'Bearer ops'
    );
  }
}

const ORDER = { workflow: 'order', input: { sku: 'a', quantity: 1 } };

/** Status of a request under another name of the host, which `fetch` does not let through. */
function statusUnder(host: string, url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe.each([
  ['Express', false],
  ['Fastify', true],
])('pages of others on %s', (_name, fastify) => {
  let app: ViewerApp;
  beforeAll(async () => {
    app = await ViewerApp.start({}, { fastify });
  });
  afterAll(() => app.close());

  it.each([
    ['without the header', { 'x-romancy-action': undefined }],
    ['of a foreign page', { origin: 'https://evil.example' }],
    ['of a page without an origin', { origin: 'null' }],
  ])('refuses an action %s, and does nothing', async (_what, headers) => {
    const answer = await fetch(`${app.url}/api/instances`, {
      method: 'POST',
      headers: Object.fromEntries(
        Object.entries({ 'content-type': 'application/json', 'x-romancy-action': '1', ...headers }).filter(
          ([, value]) => value !== undefined,
        ),
      ) as Record<string, string>,
      body: JSON.stringify({ workflow: 'order', input: { sku: 'forged', quantity: 1 }, instanceId: 'forged' }),
    });
    expect(answer.status).toBe(403);
    expect((await app.get('instances/forged')).status).toBe(404);
  });

  it('lets the page of this server act', async () => {
    const origin = new URL(app.url).origin;
    const answer = await app.post('instances', { workflow: 'order', input: { sku: 'own', quantity: 1 } }, { origin });
    expect(answer.status).toBe(201);
  });

  it('see nothing, neither by their own name for this machine nor by their origin', async () => {
    const { port } = new URL(app.url);
    for (const path of ['', '/assets/app.js', '/api/instances', '/api/overview', '/api/workflows']) {
      expect(await statusUnder(`evil.example:${port}`, app.url + path)).toBe(403);
      expect(await statusUnder(`localhost:${port}`, app.url + path)).toBe(200);
      expect((await fetch(app.url + path, { headers: { origin: 'https://evil.example' } })).status).toBe(403);
      expect((await fetch(app.url + path, { headers: { origin: 'http://localhost:1' } })).status).toBe(403);
    }
  });
});

describe('what limits the viewer', () => {
  it('readOnly refuses every action and shows everything', async () => {
    const app = await ViewerApp.start({ readOnly: true, path: 'ops/flows' });
    const handle = await app.client.start(ApprovalWorkflow, { sku: 'a' }, { instanceId: 'a' });
    for (const [path, body] of [
      ['instances', ORDER],
      ['instances/a/cancel', {}],
      ['instances/a/retry', {}],
      ['instances/cancel', { ids: ['a'] }],
      ['events', { type: 'order.approved' }],
    ] as const) {
      expect((await app.post(path, body)).status).toBe(403);
    }
    expect(await handle.status()).not.toBe('cancelled');
    expect((await app.get('instances/a')).status).toBe(200);
    expect(await (await fetch(app.url)).text()).toContain('data-read-only="true"');
    await app.close();
  });

  it('guards keep everything from strangers', async () => {
    const app = await ViewerApp.start({ guards: [Operators] });
    for (const address of [
      app.url,
      `${app.url}/assets/app.js`,
      `${app.url}/api/instances`,
      `${app.url}/api/overview`,
    ]) {
      expect((await fetch(address)).status).toBe(403);
      expect((await fetch(address, { headers: { authorization: 'Bearer ops' } })).status).toBe(200);
    }
    expect((await app.post('instances', ORDER)).status).toBe(403);
    await app.close();
  });

  it('origins that are named may act', async () => {
    const app = await ViewerApp.start({ allowedOrigins: ['https://ops.example'] });
    expect((await app.post('instances', ORDER, { origin: 'https://ops.example' })).status).toBe(201);
    expect((await app.post('instances', ORDER, { origin: 'https://other.example' })).status).toBe(403);
    await app.close();
  });

  it('hosts that are named are answered, and no others', async () => {
    const app = await ViewerApp.start({ allowedHosts: ['ops.example'] });
    expect(await statusUnder('ops.example', `${app.url}/api/instances`)).toBe(200);
    expect(await statusUnder('localhost', `${app.url}/api/instances`)).toBe(403);
    await app.close();
  });

  it('a title is shown as it is', async () => {
    const app = await ViewerApp.start({ title: `$& {{root}} <b>` });
    expect(await (await fetch(app.url)).text()).toContain('<title>$&#38; {{root}} &#60;b&#62;</title>');
    await app.close();
  });
});
