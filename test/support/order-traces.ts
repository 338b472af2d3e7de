import type { DataSource } from 'typeorm';
import type { TestDatabase } from './test-databases.js';

/** History of an order that needs no approval and is completed. */
export const ORDER_STEPS = ['reserve:1', 'charge:1', 'ship:1', 'confirm:1', 'publish:1'] as const;

/** What an order has left in the database: ids in the order of their rows. */
export interface OrderTrace {
  readonly instances: number;
  /** Steps that are recorded. */
  readonly history: readonly string[];
  readonly gatewayCalls: readonly string[];
  readonly charges: readonly string[];
  readonly reservations: readonly string[];
  readonly shipments: readonly string[];
  readonly confirmations: readonly string[];
  readonly dispatches: readonly string[];
}

/** Looks at orders from outside of the application. */
export class OrderTraces {
  private constructor(private readonly connection: DataSource) {}

  static async of(database: TestDatabase): Promise<OrderTraces> {
    return new OrderTraces(await database.connect());
  }

  /** Order ids of letters, digits and dashes. */
  async of(orderId: string): Promise<OrderTrace> {
    const instance = `instance_id = 'order-${orderId}'`;
    const key = `idempotency_key LIKE 'order-${orderId}/%'`;
    const order = `order_id = '${orderId}'`;
    return {
      instances: (await this.#column(`SELECT instance_id AS found FROM workflow_instances WHERE ${instance}`)).length,
      history: await this.#column(`SELECT activity_id AS found FROM workflow_history WHERE ${instance} ORDER BY id`),
      gatewayCalls: await this.#column(`SELECT id AS found FROM gateway_calls WHERE ${key} ORDER BY id`),
      charges: await this.#column(`SELECT id AS found FROM gateway_charges WHERE ${key}`),
      reservations: await this.#column(`SELECT id AS found FROM reservations WHERE ${order}`),
      shipments: await this.#column(`SELECT id AS found FROM shipments WHERE ${order}`),
      confirmations: await this.#column(`SELECT id AS found FROM confirmations WHERE ${order}`),
      dispatches: await this.#column(`SELECT id AS found FROM dispatches WHERE ${order}`),
    };
  }

  close(): Promise<void> {
    return this.connection.destroy();
  }

  async #column(sql: string): Promise<string[]> {
    const rows = await this.connection.query<{ found: string }[]>(sql);
    return rows.map(({ found }) => found);
  }
}
