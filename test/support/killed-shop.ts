import { expect } from '@jest/globals';
import type { Order } from '../../src/orders/order.js';
import type { OrderView } from '../../src/orders/order.view.js';
import { eventually } from './eventually.js';
import { ORDER_STEPS, OrderTraces, type OrderTrace } from './order-traces.js';
import { OrdersProcess, type ProcessOptions } from './orders-process.js';
import { freshDatabase, type DatabaseKind, type TestDatabase } from './test-databases.js';

/** From the start of the next process to the end of an order, without a word to it. */
export const RESUME_LIMIT_MS = 20_000;

/** The example application on a database of its own: one process after the other. */
export class KilledShop {
  #process: OrdersProcess | undefined;

  private constructor(
    private readonly database: TestDatabase,
    readonly traces: OrderTraces,
  ) {}

  static async on(kind: DatabaseKind): Promise<KilledShop> {
    const database = await freshDatabase(kind);
    // Makes the tables, which are looked at before there is an order.
    const first = await OrdersProcess.start({ database: database.url });
    await first.stop();
    return new KilledShop(database, await OrderTraces.of(database));
  }

  get process(): OrdersProcess {
    if (!this.#process) throw new Error('No process was started.');
    return this.#process;
  }

  async start(options: Omit<ProcessOptions, 'database'> = {}): Promise<void> {
    this.#process = await OrdersProcess.start({ database: this.database.url, ...options });
  }

  async close(): Promise<void> {
    await this.#process?.kill();
    await this.traces.close();
    await this.database.drop();
  }

  /** Resolves when the order is completed; nothing but its status is asked for. */
  async completed(orderId: string, within = RESUME_LIMIT_MS): Promise<OrderView> {
    const look = async (): Promise<OrderView | false> => {
      const view = await this.process.view(orderId);
      return view?.status === 'completed' && view;
    };
    return eventually(`order ${orderId} is completed`, look, { within });
  }

  /** Resolves when the order is completed and its parcel is on its way. */
  async done(orderId: string): Promise<OrderView> {
    const view = await this.completed(orderId);
    const dispatched = async (): Promise<boolean> => (await this.traces.of(orderId)).dispatches.length > 0;
    await eventually(`order ${orderId} is dispatched`, dispatched, { within: RESUME_LIMIT_MS });
    return view;
  }

  /** Posts an order to a process that is to die over it. False when it lives and everything is done. */
  async diesOver(order: Order): Promise<{ readonly accepted: boolean } | false> {
    const answer = await this.process.post(order).catch(() => undefined);
    const lives = this.done(order.orderId).then(
      () => true,
      () => false,
    );
    if (await Promise.race([lives, this.process.death().then(() => false)])) return false;
    expect(await this.process.death()).toBe('SIGKILL');
    return { accepted: answer?.status === 202 };
  }
}

/** What was recorded at the time of the kill is still there, no recorded step ran again, and each effect is there once. */
export function expectContinued(before: OrderTrace, after: OrderTrace): void {
  expect(after.history).toEqual(ORDER_STEPS);
  expect(before.history).toEqual(after.history.slice(0, before.history.length));
  for (const effect of ['reservations', 'charges', 'shipments', 'confirmations', 'dispatches'] as const) {
    expect([effect, after[effect].length]).toEqual([effect, 1]);
    expect(after[effect]).toEqual(expect.arrayContaining([...before[effect]]));
  }
  const charged = before.history.includes('charge:1');
  expect(after.gatewayCalls).toEqual(expect.arrayContaining([...before.gatewayCalls]));
  expect(after.gatewayCalls).toHaveLength(before.gatewayCalls.length + (charged ? 0 : 1));
}
