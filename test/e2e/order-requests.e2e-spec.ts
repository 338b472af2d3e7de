import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OrdersApp } from '../support/orders-app.js';
import { databaseKinds } from '../support/test-databases.js';

const GOOD = { orderId: 'r-1', sku: 'widget', quantity: 1, amount: 20, email: 'ada@shop.example' };
const NESTED = `${'['.repeat(40_000)}${']'.repeat(40_000)}`;

interface ProblemBody {
  readonly status: number;
  readonly errors?: readonly { readonly field: string; readonly message: string }[];
}

function fieldsOf(body: unknown): string[] {
  const { errors = [] } = body as ProblemBody;
  return [...new Set(errors.map(({ field }) => field))].sort();
}

describe('POST /orders refuses', () => {
  let app: OrdersApp;

  beforeAll(async () => {
    app = await OrdersApp.start('sqlite');
  });

  afterAll(async () => {
    expect(await app.rows(`SELECT instance_id FROM workflow_instances WHERE workflow_name = 'order_workflow'`)).toEqual(
      [],
    );
    expect(await app.rows('SELECT id FROM reservations')).toEqual([]);
    await app.close();
  });

  it.each<[string, unknown, string[]]>([
    ['an empty object', {}, ['amount', 'email', 'orderId', 'quantity', 'sku']],
    ['no order id', { ...GOOD, orderId: undefined }, ['orderId']],
    ['an empty order id', { ...GOOD, orderId: '' }, ['orderId']],
    ['an order id of 201 characters', { ...GOOD, orderId: 'x'.repeat(201) }, ['orderId']],
    ['an order id of 201 bicycles', { ...GOOD, orderId: '🚲'.repeat(201) }, ['orderId']],
    ['an order id that is a number', { ...GOOD, orderId: 17 }, ['orderId']],
    ['an order id that is null', { ...GOOD, orderId: null }, ['orderId']],
    ['an order id with a NUL character', { ...GOOD, orderId: 'a\0b' }, ['orderId']],
    ['an order id with half a surrogate pair', { ...GOOD, orderId: 'a\ud800' }, ['orderId']],
    ['an order id that ends in a space', { ...GOOD, orderId: 'a ' }, ['orderId']],
    ['no sku', { ...GOOD, sku: undefined }, ['sku']],
    ['an empty sku', { ...GOOD, sku: '' }, ['sku']],
    ['a sku of 101 characters', { ...GOOD, sku: 'x'.repeat(101) }, ['sku']],
    ['a sku with a NUL character', { ...GOOD, sku: 'wid\0get' }, ['sku']],
    ['a sku that is a list', { ...GOOD, sku: ['widget'] }, ['sku']],
    ['a quantity of 0', { ...GOOD, quantity: 0 }, ['quantity']],
    ['a negative quantity', { ...GOOD, quantity: -1 }, ['quantity']],
    ['half a piece', { ...GOOD, quantity: 0.5 }, ['quantity']],
    ['a quantity as text', { ...GOOD, quantity: '1' }, ['quantity']],
    ['a quantity beyond all bounds', { ...GOOD, quantity: 1e20 }, ['quantity']],
    ['a quantity that is true', { ...GOOD, quantity: true }, ['quantity']],
    ['an amount of 0', { ...GOOD, amount: 0 }, ['amount']],
    ['a negative amount', { ...GOOD, amount: -0.01 }, ['amount']],
    ['an amount as text', { ...GOOD, amount: '20' }, ['amount']],
    ['an amount that is an object', { ...GOOD, amount: { value: 20 } }, ['amount']],
    ['no e-mail address', { ...GOOD, email: undefined }, ['email']],
    ['an e-mail address without @', { ...GOOD, email: 'ada' }, ['email']],
    ['an e-mail address without a local part', { ...GOOD, email: '@shop.example' }, ['email']],
    ['two mistakes at once', { ...GOOD, quantity: 0, email: 7 }, ['email', 'quantity']],
  ])('%s, and names the field', async (_case, body, fields) => {
    const answer = await app.post(body);
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.body).toMatchObject({ type: 'about:blank', title: 'Invalid request', status: 400 });
    expect(fieldsOf(answer.body)).toEqual(fields);
    for (const { field, message } of (answer.body as ProblemBody).errors!) expect(message).toContain(field);
  });

  it.each<[string, string, number]>([
    ['broken JSON', '{"orderId": "r-1",', 400],
    ['a list', JSON.stringify([GOOD]), 400],
    ['a text', '"widget"', 400],
    ['null', 'null', 400],
    ['nothing', '', 400],
    ['an amount beyond all numbers', '{"orderId":"r","sku":"widget","quantity":1,"amount":1e999,"email":"a@b"}', 400],
    ['an order id that is nested 40000 times', JSON.stringify(GOOD).replace('"r-1"', NESTED), 400],
    ['a nesting that nobody asked for', JSON.stringify({ ...GOOD, orderId: '' }).replace('{', `{"x":${NESTED},`), 400],
    ['a body of a megabyte', JSON.stringify({ ...GOOD, orderId: 'x'.repeat(1_000_000) }), 413],
  ])('%s', async (_case, body, status) => {
    const answer = await app.post(body);
    expect([answer.status, answer.headers['content-type']]).toEqual([
      status,
      expect.stringMatching(/^application\/problem\+json/),
    ]);
    expect(answer.body).toMatchObject({ status, title: expect.any(String) });
  });

  it('a body that is not JSON by its type', async () => {
    const answer = await app.post(JSON.stringify(GOOD)).set('content-type', 'text/plain');
    expect([answer.status, fieldsOf(answer.body)]).toEqual([400, ['body']]);
  });

  it('an encoding that it does not know', async () => {
    const answer = await app.post(JSON.stringify(GOOD)).set('content-encoding', 'rot13');
    expect(answer.status).toBe(415);
  });
});

describe.each(databaseKinds)('order ids on %s', (kind) => {
  let app: OrdersApp;

  beforeAll(async () => {
    app = await OrdersApp.start(kind);
  }, 60_000);

  afterAll(async () => {
    await app.close();
  });

  it.each([
    'a/b',
    '../../etc/passwd',
    'a b',
    ' begins with a space',
    '100%',
    '%2e%2e',
    '%00',
    '?x=1&y=2#z',
    "'; DROP TABLE workflow_instances; --",
    '"quoted"\\',
    '$1 :name ?',
    'a\nb\tc',
    'Ünïcödé 日本語',
    '🚲🏔️',
    '\u202egnirts',
    'null',
    '__proto__',
    'of 200 characters '.padEnd(200, 'x'),
    '🚲'.repeat(200),
  ])('may be %j', async (orderId) => {
    const answer = await app.place({ orderId });
    expect([answer.status, answer.body]).toEqual([202, { instanceId: `order-${orderId}` }]);
    const view = await app.outcome(orderId);
    expect([view.status, view.result?.orderId]).toEqual(['completed', orderId]);
  });

  it('tell orders apart that differ in case and accents', async () => {
    const ids = ['case', 'CASE', 'çase'];
    const answers = await Promise.all(ids.map((orderId, index) => app.place({ orderId, quantity: index + 1 })));
    for (const [index, { status, body }] of answers.entries()) {
      // Where the database cannot keep them apart, the later order is refused; it is never mistaken for the other.
      expect(status === 202 ? body : status).toEqual(status === 202 ? { instanceId: `order-${ids[index]!}` } : 409);
    }
    for (const [index, orderId] of ids.entries()) {
      if (answers[index]!.status === 202) expect((await app.outcome(orderId)).result?.orderId).toBe(orderId);
      else await app.get(`/orders/${encodeURIComponent(orderId)}`).expect(404);
    }
  });

  it.each([
    ['a plain one', 'nobody-posted-this', 404],
    ['one with slashes', 'a%2Fb%2Fc', 404],
    ['a NUL character', '%00', 404],
    ['one with a NUL character', '%F0%9F%9A%B2%00', 404],
    ['one of 5000 characters', 'x'.repeat(5_000), 404],
    ['one that is SQL', "'%20OR%20'1'='1", 404],
    ['half an escape', '%', 400],
    ['no escape', '%zz', 400],
    ['broken UTF-8', '%C3%28', 400],
  ])('unknown, %s: answered with a problem', async (_case, path, status) => {
    const answer = await app.get(`/orders/${path}`);
    expect([answer.status, answer.headers['content-type']]).toEqual([
      status,
      expect.stringMatching(/^application\/problem\+json/),
    ]);
  });
});
