import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { ORDER_STEPS, OrderTraces } from '../support/order-traces.js';
import { OrdersProcess } from '../support/orders-process.js';
import { databaseKinds, freshDatabase, type TestDatabase } from '../support/test-databases.js';

const PROCESSES = 4;
const ORDERS_EACH = 5;

beforeAll(async () => {
  // Builds the application where that is needed: four of them would all do it.
  const database = await freshDatabase('sqlite');
  await (await OrdersProcess.start({ database: database.url })).stop();
  await database.drop();
}, 200_000);

describe.each(databaseKinds)('processes that start at once on one fresh database: %s', (kind) => {
  let database: TestDatabase;
  let processes: readonly OrdersProcess[] = [];

  beforeEach(async () => {
    database = await freshDatabase(kind);
  });

  afterEach(async () => {
    await Promise.all(processes.map((one) => one.stop()));
    await database.drop();
  });

  it('all get ready, finish what each is asked for, and see each other’s orders', async () => {
    processes = await Promise.all(
      Array.from({ length: PROCESSES }, () => OrdersProcess.start({ database: database.url })),
    );
    expect(await Promise.all(processes.map((one) => one.ready()))).toEqual(Array(PROCESSES).fill(true));

    const ids = processes.flatMap((_, at) => Array.from({ length: ORDERS_EACH }, (_each, n) => `p${at}-${n}`));
    await Promise.all(
      ids.map(async (orderId, index) => {
        const order = { orderId, sku: 'widget', quantity: 1, amount: 20, email: 'ada@shop.example' };
        expect((await processes[index % PROCESSES]!.post(order)).status).toBe(202);
      }),
    );
    await Promise.all(
      ids.map((orderId, index) =>
        eventually(`order ${orderId} is completed`, async () => {
          const view = await processes[(index + 1) % PROCESSES]!.view(orderId);
          return view?.status === 'completed';
        }),
      ),
    );

    const traces = await OrderTraces.of(database);
    for (const orderId of ids) {
      const dispatched = async (): Promise<boolean> => (await traces.of(orderId)).dispatches.length > 0;
      await eventually(`order ${orderId} is dispatched`, dispatched);
      const { history, gatewayCalls, reservations, shipments, confirmations, dispatches } = await traces.of(orderId);
      expect(history).toEqual(ORDER_STEPS);
      const effects = [gatewayCalls, reservations, shipments, confirmations, dispatches];
      expect(effects.map(({ length }) => length)).toEqual([1, 1, 1, 1, 1]);
    }
    await traces.close();
    const connection = await database.connect();
    const [stock] = await connection.query<{ available: number }[]>(`SELECT available FROM stock WHERE sku = 'widget'`);
    const workers = await connection.query<{ instance_id: string }[]>(
      `SELECT instance_id FROM workflow_instances WHERE workflow_name = 'shipping_worker' AND continued_from IS NULL ORDER BY instance_id`,
    );
    await connection.destroy();
    expect(stock?.available).toBe(100_000 - ids.length);
    expect(workers.map((worker) => worker.instance_id)).toEqual(['shipping-worker-1', 'shipping-worker-2']);
    for (const { output } of processes) expect(output).not.toMatch(/\bERROR\b|ROMANCY_LEASE_LOST/);
  }, 120_000);
});
