import type { DataSource } from 'typeorm';

export interface Instance {
  readonly id: string;
  readonly workflow: string;
  readonly status: string;
}

/** A step of an order that the history holds. */
export interface Step {
  readonly id: string;
  readonly step: string;
  readonly time: unknown;
}

export interface GatewayCall {
  readonly key: string;
  readonly at: string;
}

/** What the database holds at the end: ids with the number of their rows. */
export interface Records {
  readonly instances: readonly Instance[];
  readonly steps: readonly Step[];
  readonly calls: readonly GatewayCall[];
  readonly blocked: number;
  readonly available: number;
  readonly reservations: ReadonlyMap<string, number>;
  /** Reservations that were not given back. */
  readonly held: ReadonlyMap<string, number>;
  /** Charges that were not given back. */
  readonly paid: ReadonlyMap<string, number>;
  readonly shipments: ReadonlyMap<string, number>;
  readonly confirmations: ReadonlyMap<string, number>;
  readonly dispatches: ReadonlyMap<string, number>;
  /** By shipment. */
  readonly parcels: ReadonlyMap<string, number>;
}

export async function readRecords(connection: DataSource): Promise<Records> {
  const rows = <T>(sql: string): Promise<T[]> => connection.query<T[]>(sql);
  const counts = async (column: string, from: string): Promise<ReadonlyMap<string, number>> => {
    const found = await rows<{ id: string; n: unknown }>(
      `SELECT ${column} AS id, COUNT(*) AS n FROM ${from} GROUP BY ${column}`,
    );
    return new Map(found.map(({ id, n }) => [id, Number(n)]));
  };
  const [blocks] = await rows<{ n: unknown }>('SELECT COUNT(*) AS n FROM romancy_blocks');
  const [stock] = await rows<{ n: unknown }>(`SELECT available AS n FROM stock WHERE sku = 'widget'`);
  return {
    instances: await rows('SELECT instance_id AS id, workflow_name AS workflow, status FROM workflow_instances'),
    steps: await rows(
      `SELECT instance_id AS id, activity_id AS step, romancy_time AS time FROM workflow_history WHERE instance_id LIKE 'order-%'`,
    ),
    calls: await rows(
      `SELECT idempotency_key AS ${connection.driver.escape('key')}, called_at AS at FROM gateway_calls WHERE request = 'charge'`,
    ),
    blocked: Number(blocks?.n),
    available: Number(stock?.n),
    reservations: await counts('order_id', 'reservations'),
    held: await counts('order_id', 'reservations WHERE released_at IS NULL'),
    paid: await counts('idempotency_key', 'gateway_charges WHERE refunded_at IS NULL'),
    shipments: await counts('order_id', 'shipments'),
    confirmations: await counts('order_id', 'confirmations'),
    dispatches: await counts('order_id', 'dispatches'),
    parcels: await counts('shipment_id', 'dispatches'),
  };
}
