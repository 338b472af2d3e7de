import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowClient } from '@romancy/nestjs';
import { instanceIdOf, type Order } from '../../src/orders/order.js';
import { OrderWorkflow } from '../../src/orders/order.workflow.js';
import { parcels } from '../../src/shipping/parcels.js';
import type { OrdersProcess } from '../support/orders-process.js';
import type { Random } from '../support/random.js';
import type { Fleet } from './fleet.js';

/** What an order leads to when nothing gives up. */
export type Expected = 'completed' | 'failed';

interface Purchase {
  readonly customer: string;
  readonly amount: number;
  readonly decision?: 'approved' | 'rejected';
  readonly expected: Expected;
}

const cheap = (customer: string, expected: Expected): Purchase => ({ customer, amount: 20, expected });
const dear = (decision: 'approved' | 'rejected', expected: Expected): Purchase => ({
  customer: 'ada',
  amount: 1_200,
  decision,
  expected,
});
const PURCHASES: readonly Purchase[] = [
  ...Array<Purchase>(8).fill(cheap('ada', 'completed')),
  ...Array<Purchase>(3).fill(cheap('flaky', 'completed')),
  ...Array<Purchase>(2).fill(cheap('declined', 'failed')),
  ...Array<Purchase>(2).fill(cheap('undeliverable', 'failed')),
  cheap('slow', 'completed'),
  ...Array<Purchase>(3).fill(dear('approved', 'completed')),
  ...Array<Purchase>(2).fill(dear('rejected', 'failed')),
];

/** Place orders, decide about them and send parcels all the time. Who gets no answer asks again, elsewhere. */
export class Customers {
  /** Orders that were accepted, and what is expected of each. */
  readonly accepted = new Map<string, Expected>();
  /** Shipments of parcels that were published from outside. */
  readonly parcels = new Set<string>();
  decisions = 0;
  /** Requests without a good answer. */
  repeated = 0;
  readonly #open: Promise<void>[] = [];

  constructor(
    private readonly random: Random,
    private readonly fleet: Fleet,
    private readonly client: WorkflowClient,
  ) {}

  async run(until: number): Promise<void> {
    for (let count = 1; Date.now() < until; count += 1) {
      await sleep(this.random.int(50, 350));
      if (this.random.chance(0.2)) this.#open.push(this.#sendParcel(`outside-${count}`));
      else this.#open.push(this.#buy(`chaos-${count}`, this.random.pick(PURCHASES), this.random.int(0, 4_000)));
    }
  }

  /** Resolves when every request was accepted. */
  async served(): Promise<void> {
    await Promise.all(this.#open);
  }

  async #buy(orderId: string, { customer, amount, decision, expected }: Purchase, hesitates: number): Promise<void> {
    const order = { orderId, sku: 'widget', quantity: 1, amount, email: `${customer}@shop.example` };
    await this.#untilAccepted(`order ${orderId}`, () => this.#place(order));
    this.accepted.set(orderId, expected);
    if (decision === undefined) return;
    // Some are quicker than the order, which does not wait yet.
    await sleep(hesitates);
    const event = { id: `decision-${orderId}`, type: 'order.decided', data: { orderId, decision } };
    await this.#untilAccepted(`decision about ${orderId}`, () => this.#ask((to, signal) => to.deliver(event, signal)));
    this.decisions += 1;
  }

  async #place(order: Order): Promise<void> {
    if (this.random.chance(0.7)) return this.#ask((to, signal) => to.post(order, signal));
    await this.client.start(OrderWorkflow, order, { instanceId: instanceIdOf(order.orderId) });
  }

  async #sendParcel(shipmentId: string): Promise<void> {
    const parcel = { shipmentId, orderId: shipmentId, sku: 'widget', quantity: 1 };
    await this.#untilAccepted(`parcel ${shipmentId}`, async () => {
      await this.client.publish(parcels, parcel, { messageId: shipmentId });
    });
    this.parcels.add(shipmentId);
  }

  async #ask(request: (worker: OrdersProcess, signal: AbortSignal) => Promise<Response>): Promise<void> {
    const { awake } = this.fleet;
    if (awake.length === 0) throw new Error('Nobody is there.');
    const answer = await request(this.random.pick(awake), AbortSignal.timeout(5_000));
    if (answer.status !== 202) throw new Error(`${answer.status}: ${await answer.text()}`);
  }

  async #untilAccepted(what: string, attempt: () => Promise<void>): Promise<void> {
    const limit = Date.now() + 180_000;
    for (;;) {
      try {
        await attempt();
        return;
      } catch (error) {
        if (Date.now() > limit) throw new Error(`Nobody accepts ${what}.`, { cause: error });
        this.repeated += 1;
        await sleep(300);
      }
    }
  }
}
