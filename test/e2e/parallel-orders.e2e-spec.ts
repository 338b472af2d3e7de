import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { OrdersApp } from '../support/orders-app.js';
import { databaseKinds } from '../support/test-databases.js';

describe.each(databaseKinds)('orders at the same time on %s', (kind) => {
  let app: OrdersApp;

  beforeAll(async () => {
    app = await OrdersApp.start(kind);
  }, 60_000);

  afterAll(async () => {
    await app.close();
  });

  it('are one order when they are the same', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => app.place({ orderId: 'same', quantity: 2 })));
    for (const { status, body } of answers) expect([status, body]).toEqual([202, { instanceId: 'order-same' }]);
    expect((await app.outcome('same')).status).toBe('completed');
    expect(await app.rows(`SELECT quantity FROM reservations WHERE order_id = 'same'`)).toEqual([{ quantity: 2 }]);
    expect(await app.rows(`SELECT order_id FROM shipments WHERE order_id = 'same'`)).toHaveLength(1);
    expect(await app.rows(`SELECT id FROM gateway_calls WHERE idempotency_key LIKE 'order-same/%'`)).toHaveLength(1);
  });

  it('are all taken and completed, two hundred of them', async () => {
    const ids = Array.from({ length: 200 }, (_, index) => `crowd-${index}`);
    const answers = await Promise.all(ids.map((orderId) => app.place({ orderId })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    const completed = `SELECT instance_id FROM workflow_instances WHERE instance_id LIKE 'order-crowd-%' AND status = 'completed'`;
    await eventually('all are completed', async () => (await app.rows(completed)).length === 200, { within: 60_000 });
    for (const table of ['reservations', 'shipments', 'confirmations'])
      expect(await app.rows(`SELECT id FROM ${table} WHERE order_id LIKE 'crowd-%'`)).toHaveLength(200);
  }, 90_000);

  it('never sell more than there is', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `rare-${index}`);
    await Promise.all(ids.map((orderId) => app.place({ orderId, sku: 'rare' })));
    const views = await Promise.all(ids.map((orderId) => app.outcome(orderId)));
    expect(views.filter(({ status }) => status === 'completed')).toHaveLength(3);
    const failed = views.filter(({ status }) => status === 'failed');
    expect(failed).toHaveLength(17);
    expect(new Set(failed.map(({ error }) => error?.code))).toEqual(new Set(['OUT_OF_STOCK']));
    expect(await app.stockOf('rare')).toBe(0);
    expect(await app.rows(`SELECT id FROM shipments WHERE sku = 'rare'`)).toHaveLength(3);
  });

  it('put back what is not sold, to the last piece', async () => {
    const kinds = ['ada', 'declined', 'flaky', 'undeliverable'];
    const ids = Array.from({ length: 40 }, (_, index) => `mixed-${index}`);
    await Promise.all(
      ids.map((orderId, index) => app.place({ orderId, sku: 'gadget', email: `${kinds[index % 4]!}@shop.example` })),
    );
    const views = await Promise.all(ids.map((orderId) => app.outcome(orderId)));
    const completed = views.filter(({ status }) => status === 'completed');
    expect(completed).toHaveLength(20);
    expect(await app.stockOf('gadget')).toBe(50 - 20);
    const kept = `SELECT idempotency_key FROM gateway_charges WHERE refunded_at IS NULL AND idempotency_key LIKE 'order-mixed-%'`;
    expect(await app.rows(kept)).toHaveLength(20);
    expect(await app.rows(`SELECT id FROM shipments WHERE order_id LIKE 'mixed-%'`)).toHaveLength(20);
  });
});
