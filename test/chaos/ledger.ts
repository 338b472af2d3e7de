import { instanceIdOf } from '../../src/orders/order.js';
import type { Expected } from './customers.js';
import type { Pause } from './fleet.js';
import type { Records } from './records.js';

/** What was asked for, and what may excuse a late effect. */
export interface Asked {
  readonly orders: ReadonlyMap<string, Expected>;
  readonly parcels: ReadonlySet<string>;
  readonly pauses: readonly Pause[];
}

export interface Findings {
  /** Orders that were accepted and are not there. */
  readonly lost: readonly string[];
  /** Orders that have not ended, and everything that is blocked. */
  readonly stuck: readonly string[];
  /** Transactional effects that are there twice. */
  readonly doubled: readonly string[];
  /** Steps whose body began again after their record. */
  readonly afterRecord: readonly string[];
  readonly messagesLost: readonly string[];
  readonly messagesDoubled: readonly string[];
  /** Orders whose end does not fit what was asked for, or what they have left. */
  readonly wrong: readonly string[];
}

const STOCK = 100_000;
const TERMINAL: readonly string[] = ['completed', 'failed', 'cancelled'];
/** What a body that was halted does within this time of its waking was begun before. */
const LATE_BODY_MS = 5_000;

/** Whether nothing is left to be done. */
export function isSettled(records: Records, asked: Asked): boolean {
  const { lost, stuck, messagesLost } = check(records, asked);
  return lost.length + stuck.length + messagesLost.length === 0;
}

export function check(records: Records, asked: Asked): Findings {
  const orders = [...asked.orders.keys()];
  const statuses = new Map(records.instances.map(({ id, status }) => [id, status]));
  const statusOf = (orderId: string): string | undefined => statuses.get(instanceIdOf(orderId));
  const completed = orders.filter((orderId) => statusOf(orderId) === 'completed');
  const undispatched = [
    ...completed.filter((orderId) => !records.dispatches.has(orderId)),
    ...[...asked.parcels].filter((shipmentId) => !records.parcels.has(shipmentId)),
  ];
  return {
    lost: orders.filter((orderId) => statusOf(orderId) === undefined),
    stuck: [...openInstances(records), ...Array<string>(records.blocked).fill('blocked')],
    doubled: ['reservations', 'shipments', 'confirmations'].flatMap((effect) =>
      severalIn(records[effect as 'reservations']).map((orderId) => `${effect} of ${orderId}`),
    ),
    afterRecord: afterRecord(records, asked.pauses),
    messagesLost: undispatched,
    messagesDoubled: severalIn(records.parcels),
    wrong: [
      ...orders.flatMap((orderId) => wrongOf(orderId, statusOf(orderId), records, asked)),
      ...wrongStock(records),
    ],
  };
}

/** Orders that were to be completed and failed, because the trouble lasted longer than they try. Everything of theirs is undone. */
export function givenUp({ instances }: Records, { orders }: Asked): number {
  const failed = new Set(instances.filter(({ status }) => status === 'failed').map(({ id }) => id));
  return [...orders].filter(([orderId, expected]) => expected === 'completed' && failed.has(instanceIdOf(orderId)))
    .length;
}

/** The shipping workers alone go on for ever. */
function openInstances({ instances }: Records): string[] {
  return instances
    .filter(({ workflow, status }) => workflow !== 'shipping_worker' && !TERMINAL.includes(status))
    .map(({ id, status }) => `${id} is ${status}`);
}

function severalIn(counts: ReadonlyMap<string, number>): string[] {
  return [...counts].filter(([, count]) => count > 1).map(([id]) => id);
}

function afterRecord({ steps, calls }: Records, pauses: readonly Pause[]): string[] {
  const charged = new Map(
    steps.filter(({ step }) => step === 'charge:1').map(({ id, step, time }) => [`${id}/${step}`, Number(time)]),
  );
  const begunBefore = (recorded: number, called: number): boolean =>
    pauses.some(({ from, to }) => recorded >= from && called >= to && called <= to + LATE_BODY_MS);
  return calls
    .filter(({ key, at }) => {
      const recorded = charged.get(key);
      const called = Date.parse(at);
      return recorded !== undefined && called > recorded && !begunBefore(recorded, called);
    })
    .map(({ key, at }) => `${key} at ${at}, recorded at ${new Date(charged.get(key) ?? 0).toISOString()}`);
}

function wrongOf(orderId: string, status: string | undefined, records: Records, { orders }: Asked): string[] {
  const { held, paid, shipments, confirmations, dispatches } = records;
  const left = [held, shipments, confirmations, dispatches].map((effect) => effect.get(orderId) ?? 0);
  const charges = paid.get(`${instanceIdOf(orderId)}/charge:1`) ?? 0;
  const found = `${orderId} ${status ?? ''}: held, shipped, confirmed, dispatched, paid ${[...left, charges].join()}`;
  if (status === 'completed') {
    const whole = left.every((count) => count >= 1) && charges === 1;
    return orders.get(orderId) === 'completed' && whole ? [] : [found];
  }
  // A shipment stays, nobody can take it back; everything else is undone.
  return status === 'failed' && left[0] === 0 && left[3] === 0 && charges === 0 ? [] : [found];
}

function wrongStock({ held, available }: Records): string[] {
  const reserved = [...held.values()].reduce((sum, count) => sum + count, 0);
  return available === STOCK - reserved ? [] : [`${available} are in stock, and ${reserved} of ${STOCK} are reserved`];
}
