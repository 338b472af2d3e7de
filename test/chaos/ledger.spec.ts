import { expect, it } from '@jest/globals';
import { check, isSettled, type Asked, type Findings } from './ledger.js';
import type { Records } from './records.js';

const one = new Map([['a', 1]]);
const two = new Map([['a', 2]]);
const none = new Map<string, number>();
const RECORDED = 1_000_000;

const asked: Asked = {
  orders: new Map([['a', 'completed']]),
  parcels: new Set(['outside-1']),
  pauses: [{ from: RECORDED - 100, to: RECORDED + 60_000 }],
};

const good: Records = {
  instances: [
    { id: 'order-a', workflow: 'order_workflow', status: 'completed' },
    { id: 'shipping-worker-1', workflow: 'shipping_worker', status: 'waiting_for_message' },
  ],
  steps: [{ id: 'order-a', step: 'charge:1', time: String(RECORDED) }],
  calls: [charged(RECORDED - 5)],
  blocked: 0,
  available: 99_999,
  reservations: one,
  held: one,
  paid: new Map([['order-a/charge:1', 1]]),
  shipments: one,
  confirmations: one,
  dispatches: one,
  parcels: new Map([
    ['s', 1],
    ['outside-1', 1],
  ]),
};

function charged(at: number): Records['calls'][number] {
  return { key: 'order-a/charge:1', at: new Date(at).toISOString() };
}

function withStatus(status: string): Records['instances'] {
  return [{ id: 'order-a', workflow: 'order_workflow', status }];
}

function kindsOf(records: Records): string[] {
  const findings: Findings = check(records, asked);
  return Object.entries(findings).flatMap(([kind, found]) => (found.length > 0 ? [kind] : []));
}

it('finds nothing where everything is as it should be', () => {
  expect(kindsOf(good)).toEqual([]);
  expect(isSettled(good, asked)).toBe(true);
});

it.each<[string, string[], Partial<Records>]>([
  ['an order that is gone', ['lost', 'wrong'], { instances: [] }],
  ['an order without an end', ['stuck', 'wrong'], { instances: withStatus('running') }],
  ['a block', ['stuck'], { blocked: 1 }],
  ['two reservations', ['doubled'], { reservations: two }],
  ['two shipments', ['doubled'], { shipments: two }],
  ['two confirmations', ['doubled'], { confirmations: two }],
  ['a charge after its record', ['afterRecord'], { calls: [charged(RECORDED + 1_000)] }],
  ['a charge long after the waking of a process', ['afterRecord'], { calls: [charged(RECORDED + 66_000)] }],
  ['a parcel from outside that stays', ['messagesLost'], { parcels: one }],
  ['a parcel of an order that stays', ['messagesLost', 'wrong'], { dispatches: none }],
  ['a parcel that is sent twice', ['messagesDoubled'], { parcels: new Map([['outside-1', 2]]) }],
  ['a completed order without its charge', ['wrong'], { paid: none }],
  ['a failed order that keeps what it has taken', ['wrong'], { instances: withStatus('failed') }],
  ['a stock that does not fit', ['wrong'], { available: 99_998 }],
])('finds %s', (_what, kinds, changed) => {
  expect(kindsOf({ ...good, ...changed })).toEqual(kinds);
});

it('excuses a charge that a halted process had begun before the record', () => {
  expect(kindsOf({ ...good, calls: [charged(RECORDED - 5), charged(RECORDED + 61_000)] })).toEqual([]);
});
