import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WorkflowClient } from '@romancy/nestjs';
import { ShippingCrew } from '../../src/shipping/shipping-crew.js';
import { eventually } from '../support/eventually.js';
import { OrdersApp } from '../support/orders-app.js';
import { databaseKinds } from '../support/test-databases.js';

const ORDERS = 25;

describe.each(databaseKinds)('shipping workers on %s', (kind) => {
  let app: OrdersApp;

  beforeAll(async () => {
    app = await OrdersApp.start(kind, { SHIPPING_WORKERS: '2' });
  }, 60_000);

  afterAll(async () => {
    await app.close();
  });

  async function workers(condition: string): Promise<string[]> {
    const where = `workflow_name = 'shipping_worker' AND ${condition}`;
    const rows = await app.rows(`SELECT instance_id FROM workflow_instances WHERE ${where} ORDER BY instance_id`);
    return rows.map((row) => row['instance_id'] as string);
  }
  const alive = `status NOT IN ('completed', 'failed', 'cancelled', 'recurred')`;

  it('wait for work, as many as there are to be, however often the application starts', async () => {
    await eventually('both wait', async () => (await workers(`status = 'waiting_for_message'`)).length === 2);
    await app.nest.get(ShippingCrew).onApplicationBootstrap();
    expect(await workers(alive)).toEqual(['shipping-worker-1', 'shipping-worker-2']);
  });

  it('dispatch each parcel of a completed order once, and none of an order that has failed', async () => {
    const ids = Array.from({ length: ORDERS }, (_, index) => `parcel-${index}`);
    await app.place({ orderId: 'nowhere', email: 'undeliverable@shop.example' });
    await Promise.all(ids.map((orderId) => app.place({ orderId, quantity: 2 })));
    const views = await Promise.all(ids.map((orderId) => app.outcome(orderId)));
    await eventually('all parcels are dispatched', async () => {
      const [row] = await app.rows('SELECT COUNT(DISTINCT order_id) AS n FROM dispatches');
      return Number(row!['n']) === ORDERS;
    });
    expect((await app.outcome('nowhere')).status).toBe('failed');
    const dispatched = await app.rows('SELECT order_id, shipment_id, sku, quantity FROM dispatches');
    const expected = views.map(({ result }) => ({
      order_id: result!.orderId,
      shipment_id: result!.shipmentId,
      sku: 'widget',
      quantity: 2,
    }));
    expect(dispatched).toHaveLength(ORDERS);
    expect(dispatched).toEqual(expect.arrayContaining(expected));
  });

  it('begin a new generation after ten parcels, whose history is short', async () => {
    // One of the two has had more than ten.
    await eventually('both wait again', async () => (await workers(`status = 'waiting_for_message'`)).length === 2);
    expect((await workers(`status = 'recurred'`)).length).toBeGreaterThanOrEqual(1);
    const lengths = await app.rows(
      `SELECT COUNT(*) AS n FROM workflow_history WHERE instance_id LIKE 'shipping-worker-%' GROUP BY instance_id`,
    );
    // Two steps for each parcel.
    for (const { n } of lengths) expect(Number(n)).toBeLessThan(20);
  });

  it('are replaced at the next start when they were cancelled', async () => {
    const workflows = app.nest.get(WorkflowClient);
    await workflows.cancel('shipping-worker-1', 'retires');
    await eventually('it has ended', async () => (await workers(alive)).length === 1);
    await app.nest.get(ShippingCrew).onApplicationBootstrap();
    expect(await workers(alive)).toHaveLength(2);
    await app.place({ orderId: 'after-all' });
    await eventually('the parcel is dispatched', async () => {
      return (await app.rows(`SELECT id FROM dispatches WHERE order_id = 'after-all'`)).length === 1;
    });
  });
});
