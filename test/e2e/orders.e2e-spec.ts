import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OrdersApp } from '../support/orders-app.js';
import { databaseKinds } from '../support/test-databases.js';

const UUID = expect.stringMatching(/^[0-9a-f-]{36}$/);

const EVERYWHERE = [...databaseKinds.map((kind) => [kind, kind] as const), ['sqlite with sqlite3', 'sqlite'] as const];

describe.each(EVERYWHERE)('orders on %s', (name, kind) => {
  let app: OrdersApp;

  beforeAll(async () => {
    app = await OrdersApp.start(kind, { SQLITE_DRIVER: name === kind ? 'better-sqlite3' : 'sqlite3' });
  }, 60_000);

  afterAll(async () => {
    await app.close();
  });

  async function answersOfGateway(orderId: string): Promise<unknown[]> {
    const rows = await app.rows(
      `SELECT request, answer FROM gateway_calls WHERE idempotency_key LIKE 'order-${orderId}/%' ORDER BY called_at`,
    );
    return rows.map(({ request, answer }) => `${String(request)}: ${String(answer)}`);
  }

  async function idsOf(table: string, orderId: string): Promise<unknown[]> {
    return (await app.rows(`SELECT id FROM ${table} WHERE order_id = '${orderId}'`)).map(({ id }) => id);
  }

  it('is ready', async () => {
    await app.get('/health/ready').expect(200, { status: 'ok' });
    await app.get('/health/live').expect(200, { status: 'ok' });
  });

  it('completes an order with one reservation, charge, shipment and confirmation', async () => {
    const before = await app.stockOf('widget');
    const answer = await app.place({ orderId: 'good', quantity: 4 });
    expect([answer.status, answer.body]).toEqual([202, { instanceId: 'order-good' }]);
    const view = await app.outcome('good');
    expect(view).toEqual({
      status: 'completed',
      stage: 'confirmed',
      error: null,
      result: {
        orderId: 'good',
        reservationId: UUID,
        chargeId: UUID,
        shipmentId: UUID,
        confirmationId: UUID,
      },
    });
    expect(await idsOf('reservations', 'good')).toEqual([view.result!.reservationId]);
    expect(await idsOf('shipments', 'good')).toEqual([view.result!.shipmentId]);
    expect(await idsOf('confirmations', 'good')).toEqual([view.result!.confirmationId]);
    expect(await answersOfGateway('good')).toEqual(['charge: charged']);
    expect(await app.stockOf('widget')).toBe(before - 4);
  });

  it('answers an order that is posted again with the first one, unchanged', async () => {
    await app.place({ orderId: 'twice', quantity: 2 });
    const first = await app.outcome('twice');
    const answer = await app.place({ orderId: 'twice', quantity: 7, email: 'declined@shop.example' });
    expect([answer.status, answer.body]).toEqual([202, { instanceId: 'order-twice' }]);
    expect(await app.outcome('twice')).toEqual(first);
    expect(await app.rows(`SELECT quantity FROM reservations WHERE order_id = 'twice'`)).toEqual([{ quantity: 2 }]);
    expect(await answersOfGateway('twice')).toHaveLength(1);
  });

  it.each([
    ['unknown', { sku: 'gizmo' }, 'UNKNOWN_SKU', 'There is no article "gizmo".'],
    ['in-capitals', { sku: 'WIDGET' }, 'UNKNOWN_SKU', 'There is no article "WIDGET".'],
    ['too-many', { sku: 'gadget', quantity: 51 }, 'OUT_OF_STOCK', '51 of "gadget" were ordered, 50 are left.'],
  ])('accepts an order that cannot be reserved (%s), and lets it fail', async (orderId, order, code, message) => {
    expect((await app.place({ orderId, ...order })).status).toBe(202);
    expect(await app.outcome(orderId)).toEqual({
      status: 'failed',
      stage: 'accepted',
      result: null,
      error: { name: 'TerminalError', code, message },
    });
    expect(await idsOf('reservations', orderId)).toEqual([]);
    expect(await answersOfGateway(orderId)).toEqual([]);
    expect(await app.stockOf('gadget')).toBe(50);
  });

  it('releases what was reserved when the card is declined, and asks the bank only once', async () => {
    const before = await app.stockOf('widget');
    await app.place({ orderId: 'declined', quantity: 9, email: 'declined@shop.example' });
    expect(await app.outcome('declined')).toMatchObject({
      status: 'failed',
      error: { code: 'CARD_DECLINED', message: 'The bank declined the card.' },
    });
    expect(await answersOfGateway('declined')).toEqual(['charge: declined']);
    expect(await idsOf('reservations', 'declined')).toHaveLength(1);
    expect(await app.stockOf('widget')).toBe(before);
    expect(await idsOf('shipments', 'declined')).toEqual([]);
  });

  it('charges through a flaky gateway at the third attempt, under one key', async () => {
    await app.place({ orderId: 'flaky', email: 'flaky@shop.example' });
    expect((await app.outcome('flaky')).status).toBe('completed');
    expect(await answersOfGateway('flaky')).toEqual(['charge: unavailable', 'charge: unavailable', 'charge: charged']);
    const charges = await app.rows(`SELECT id FROM gateway_charges WHERE idempotency_key LIKE 'order-flaky/%'`);
    expect(charges).toHaveLength(1);
  });

  it('shows a slow order as running, with its stage', async () => {
    await app.place({ orderId: 'slow', email: 'slow@shop.example' });
    expect(await app.view('slow')).toMatchObject({ status: 'running', result: null, error: null });
    expect((await app.outcome('slow')).status).toBe('completed');
  });

  it('refunds and releases, in that order, when the parcel cannot be delivered', async () => {
    const before = await app.stockOf('widget');
    await app.place({ orderId: 'nowhere', quantity: 3, email: 'undeliverable@shop.example' });
    expect(await app.outcome('nowhere')).toMatchObject({ status: 'failed', error: { code: 'UNDELIVERABLE' } });
    expect(await answersOfGateway('nowhere')).toEqual(['charge: charged', 'refund: refunded']);
    expect(await app.stockOf('widget')).toBe(before);
    const [reservation] = await app.rows(`SELECT released_at FROM reservations WHERE order_id = 'nowhere'`);
    const [charge] = await app.rows(
      `SELECT refunded_at FROM gateway_charges WHERE idempotency_key LIKE 'order-nowhere/%'`,
    );
    expect(String(charge!['refunded_at']) <= String(reservation!['released_at'])).toBe(true);
  });
});
