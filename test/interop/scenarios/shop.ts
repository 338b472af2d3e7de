import type { Order } from '../../../src/orders/order.js';
import { eventually } from '../../support/eventually.js';
import { OrdersProcess } from '../../support/orders-process.js';
import { PATIENCE, SLOW, type Pair } from '../support/pair.js';

const order = (orderId: string): Order => ({
  orderId,
  sku: 'widget',
  quantity: 5,
  amount: 1200,
  email: 'ada@shop.example',
});

/** The example application, on a database that it shares with Edda. */
export function shopScenario(pair: () => Pair): void {
  it('orders of the shop are decided by events that edda takes in, and their parcels are shipped by a worker of edda', async () => {
    const edda = pair().peer('edda');
    const url = (await edda.run('serve', '--seconds', '3600').line('serving'))['url'] as string;
    const decide = async (orderId: string, decision: string): Promise<void> => {
      const attributes = {
        specversion: '1.0',
        id: `decision-${orderId}`,
        source: '/back-office',
        type: 'order.decided',
      };
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/cloudevents+json' },
        body: JSON.stringify({ ...attributes, data: { orderId, decision } }),
      });
      expect(answer.status).toBe(202);
    };
    const worker = edda.run('subscribe', '--channel', 'parcels', '--mode', 'competing', '--timeout', PATIENCE);
    await worker.waiting();
    const shop = await OrdersProcess.start({ database: pair().database.url, shippingWorkers: 0 });
    const [approved, rejected] = ['approved', 'rejected'].map((name) => pair().name(name));
    const becomes = (orderId: string, expected: object): Promise<unknown> =>
      eventually(
        `${orderId} is ${JSON.stringify(expected)}`,
        async () => {
          const view = { ...(await shop.view(orderId)) };
          return Object.entries(expected).every(([name, value]) => Reflect.get(view, name) === value);
        },
        SLOW,
      );
    try {
      for (const orderId of [approved!, rejected!]) expect((await shop.post(order(orderId))).status).toBe(202);
      for (const orderId of [approved!, rejected!]) await becomes(orderId, { stage: 'awaiting approval' });
      await decide(approved!, 'approved');
      await becomes(approved!, { status: 'completed', stage: 'confirmed' });
      expect(await worker.output()).toMatchObject({
        messages: [{ channel: 'parcels', data: { orderId: approved, sku: 'widget', quantity: 5 } }],
      });
      expect(await shop.view(rejected!)).toMatchObject({ stage: 'awaiting approval' });
      await decide(rejected!, 'rejected');
      await becomes(rejected!, { status: 'failed' });
    } finally {
      await shop.stop();
    }
  });
}
