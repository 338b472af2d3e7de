import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Order } from '../../src/orders/order.js';
import { eventually } from '../support/eventually.js';
import { expectContinued, KilledShop, RESUME_LIMIT_MS } from '../support/killed-shop.js';
import type { OrderTrace } from '../support/order-traces.js';
import type { CrashPoint } from '../support/orders-process.js';
import { databaseKinds, type DatabaseKind } from '../support/test-databases.js';

function orderOf(orderId: string, email = 'ada@shop.example'): Order {
  return { orderId, sku: 'widget', quantity: 2, amount: 20, email };
}

beforeAll(async () => {
  // Builds the application where that is needed.
  const shop = await KilledShop.on('sqlite');
  await shop.close();
}, 200_000);

describe.each(databaseKinds)('the example application on %s', (kind) => {
  let shop: KilledShop;

  beforeEach(async () => {
    shop = await KilledShop.on(kind);
  }, 60_000);

  afterEach(async () => {
    await shop.close();
  });

  it('killed before any of its commits, goes on after a restart without being asked', async () => {
    // Nobody else is there, so the lease may be short. No id is the beginning of another one.
    const lease = '1s';
    const crashAt = (commit: number): CrashPoint => ({ order: `killed-at-${commit}.`, commit });
    /** Steps on record at each death. */
    const recorded: number[] = [];
    await shop.start({ lease, crash: crashAt(1) });
    for (let commit = 1; ; commit += 1) {
      const order = orderOf(crashAt(commit).order);
      const death = await shop.diesOver(order);
      if (!death) break;
      const before = await shop.traces.of(order.orderId);
      recorded.push(before.history.length);

      // Finishes this order, and is the one to die over the next.
      await shop.start({ lease, crash: crashAt(commit + 1) });
      const stored = before.instances === 1;
      if (death.accepted) expect(stored).toBe(true);
      if (!stored) expect((await shop.process.post(order)).status).toBe(202);
      expect((await shop.done(order.orderId)).result?.orderId).toBe(order.orderId);
      expectContinued(before, await shop.traces.of(order.orderId));
    }
    // Before the order was stored, before the first step, within and after the call of the gateway, and behind each step; then twice in the
    // hands of a shipping worker: before it has the parcel, and before the parcel is dispatched.
    expect(recorded).toEqual([0, 0, 1, 1, 1, 2, 3, 4, 5, 5]);
  }, 300_000);
});

describe('the example application, killed in the middle of a charge', () => {
  async function kill(kind: DatabaseKind): Promise<{ before: OrderTrace; after: OrderTrace; took: number }> {
    const shop = await KilledShop.on(kind);
    try {
      await shop.start();
      expect((await shop.process.post(orderOf('slow', 'slow@shop.example'))).status).toBe(202);
      const before = await eventually('the charge', async () => {
        const trace = await shop.traces.of('slow');
        // A trace is read table by table: both at once, or the call is missed by a hair.
        return trace.gatewayCalls.length === 1 && trace.charges.length === 1 && trace;
      });
      await shop.process.kill();
      const restarted = Date.now();
      await shop.start();
      await shop.completed('slow', 2 * RESUME_LIMIT_MS);
      const took = Date.now() - restarted;
      await shop.done('slow');
      return { before, after: await shop.traces.of('slow'), took };
    } finally {
      await shop.close();
    }
  }

  it('completes the order within 20 seconds of a restart, with the settings it comes with', async () => {
    // All databases at once: most of it is waiting.
    for (const { before, after, took } of await Promise.all(databaseKinds.map(kill))) {
      expectContinued(before, after);
      expect([after.gatewayCalls.length, after.charges.length]).toEqual([2, 1]);
      expect(took).toBeLessThan(RESUME_LIMIT_MS);
    }
  }, 240_000);
});
