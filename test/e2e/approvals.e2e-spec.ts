import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OrdersApp } from '../support/orders-app.js';
import { databaseKinds } from '../support/test-databases.js';

const EXPENSIVE = { sku: 'gadget', quantity: 3, amount: 1_000.01 };

describe.each(databaseKinds)('an order of more than 1000 on %s', (kind) => {
  let app: OrdersApp;

  beforeAll(async () => {
    app = await OrdersApp.start(kind);
  }, 60_000);

  afterAll(async () => {
    await app.close();
  });

  async function awaitingApproval(orderId: string): Promise<void> {
    await app.place({ orderId, ...EXPENSIVE });
    await app.reaches(orderId, 'awaiting approval');
  }

  async function decide(orderId: string, decision: string, more: { id?: string; reason?: string } = {}): Promise<void> {
    const { id = `${orderId}-${decision}`, ...rest } = more;
    const answer = await app.deliver({ id, type: 'order.decided', data: { orderId, decision, ...rest } });
    expect([answer.status, answer.body]).toEqual([202, { status: 'accepted' }]);
  }

  async function chargesOf(orderId: string): Promise<number> {
    return (await app.rows(`SELECT id FROM gateway_calls WHERE idempotency_key LIKE 'order-${orderId}/%'`)).length;
  }

  it('waits with its goods reserved and nothing charged, and goes on when it is approved', async () => {
    const before = await app.stockOf('gadget');
    await awaitingApproval('approved');
    expect(await app.stockOf('gadget')).toBe(before - EXPENSIVE.quantity);
    expect(await chargesOf('approved')).toBe(0);
    await decide('approved', 'approved');
    expect(await app.outcome('approved')).toMatchObject({ status: 'completed', stage: 'confirmed' });
    expect(await chargesOf('approved')).toBe(1);
  });

  it('is undone and ends as rejected when it is rejected', async () => {
    const before = await app.stockOf('gadget');
    await awaitingApproval('rejected');
    await decide('rejected', 'rejected', { reason: 'Too many gadgets.' });
    expect(await app.outcome('rejected')).toEqual({
      status: 'failed',
      stage: 'awaiting approval',
      result: null,
      error: { name: 'TerminalError', code: 'REJECTED', message: 'Too many gadgets.' },
    });
    expect(await app.stockOf('gadget')).toBe(before);
    expect(await chargesOf('rejected')).toBe(0);
    expect(await app.rows(`SELECT id FROM dispatches WHERE order_id = 'rejected'`)).toEqual([]);
  });

  it('is served its own decision, the first one', async () => {
    await Promise.all(['own', 'other'].map(awaitingApproval));
    await decide('own', 'approved');
    await decide('own', 'rejected');
    expect((await app.outcome('own')).status).toBe('completed');
    expect(await app.view('other')).toMatchObject({ status: 'waiting_for_message', stage: 'awaiting approval' });
    await decide('other', 'rejected');
    expect((await app.outcome('other')).status).toBe('failed');
  });

  it('takes a decision that is older than its wait, and a repeated delivery for what it is', async () => {
    // Decided at once, while the reservation may still be under way.
    await app.place({ orderId: 'early', ...EXPENSIVE });
    await decide('early', 'approved', { id: 'early' });
    await decide('early', 'approved', { id: 'early' });
    expect((await app.outcome('early')).status).toBe('completed');
    const received = `SELECT activity_id FROM workflow_history WHERE instance_id = 'order-early' AND activity_id LIKE 'receive%'`;
    expect(await app.rows(received)).toHaveLength(1);
  });

  it.each([
    ['no order', { decision: 'approved' }],
    ['no decision', { orderId: 'x' }],
    ['another decision', { orderId: 'x', decision: 'perhaps' }],
    ['nothing', undefined],
  ])('is not decided by an event with %s, of which nothing is stored', async (_case, data) => {
    const messages = `SELECT id FROM channel_messages WHERE channel = 'order.decided'`;
    const before = (await app.rows(messages)).length;
    const answer = await app.deliver({ id: 'bad', type: 'order.decided', data });
    expect([answer.status, answer.body]).toEqual([400, expect.objectContaining({ retryable: false })]);
    expect(await app.rows(messages)).toHaveLength(before);
  });

  it('of 1000 exactly is not looked at', async () => {
    await app.place({ orderId: 'cheap', ...EXPENSIVE, amount: 1_000 });
    expect((await app.outcome('cheap')).status).toBe('completed');
    const history = `SELECT activity_id FROM workflow_history WHERE instance_id = 'order-cheap' ORDER BY id`;
    const steps = (await app.rows(history)).map((row) => row['activity_id']);
    expect(steps).toEqual(['reserve:1', 'charge:1', 'ship:1', 'confirm:1', 'publish:1']);
  });
});

describe.each(databaseKinds)('an order that nobody decides about on %s', (kind) => {
  let app: OrdersApp;

  beforeAll(async () => {
    app = await OrdersApp.start(kind, { APPROVAL_TIMEOUT: '300ms' });
  }, 60_000);

  afterAll(async () => {
    await app.close();
  });

  it('ends as rejected when its time is over, and is undone; a decision that comes later changes nothing', async () => {
    const before = await app.stockOf('gadget');
    const placed = Date.now();
    await app.place({ orderId: 'forgotten', ...EXPENSIVE });
    const view = await app.outcome('forgotten');
    expect(Date.now() - placed).toBeGreaterThanOrEqual(300);
    expect(view).toMatchObject({
      status: 'failed',
      stage: 'awaiting approval',
      error: { code: 'REJECTED', message: expect.stringMatching(/^Nobody has approved the order until 20/) },
    });
    expect(await app.stockOf('gadget')).toBe(before);
    const late = { id: 'late', type: 'order.decided', data: { orderId: 'forgotten', decision: 'approved' } };
    expect((await app.deliver(late)).status).toBe(202);
    expect(await app.view('forgotten')).toEqual(view);
  });
});
