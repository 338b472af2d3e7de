import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  InstanceNotCancellableError,
  InstanceNotFoundError,
  WorkflowCancelledError,
  WorkflowClient,
} from '@romancy/nestjs';
import { eventually } from '../support/eventually.js';
import { OrdersApp } from '../support/orders-app.js';
import { databaseKinds } from '../support/test-databases.js';

describe.each(databaseKinds)('a cancelled order on %s', (kind) => {
  let app: OrdersApp;
  let workflows: WorkflowClient;

  beforeAll(async () => {
    app = await OrdersApp.start(kind);
    workflows = app.nest.get(WorkflowClient);
  }, 60_000);

  afterAll(async () => {
    await app.close();
  });

  it('is undone, although the gateway was just charging', async () => {
    await app.place({ orderId: 'regretted', quantity: 5, email: 'slow@shop.example' });
    await eventually('the charge', async () => {
      const rows = await app.rows(`SELECT id FROM gateway_charges WHERE idempotency_key LIKE 'order-regretted/%'`);
      return rows.length > 0;
    });
    const handle = workflows.handle('order-regretted');
    await handle.cancel('the customer changed her mind');
    await handle.cancel('and said so twice');
    await expect(handle.result({ timeout: '20s' })).rejects.toThrow(WorkflowCancelledError);

    expect(await app.view('regretted')).toMatchObject({
      status: 'cancelled',
      result: null,
      error: { code: 'CANCELLED', message: 'the customer changed her mind' },
    });
    expect(await app.stockOf('widget')).toBe(100_000);
    const charges = await app.rows(
      `SELECT refunded_at FROM gateway_charges WHERE idempotency_key LIKE 'order-regretted/%'`,
    );
    expect(charges).toEqual([{ refunded_at: expect.any(String) }]);
    expect(await app.rows(`SELECT id FROM shipments WHERE order_id = 'regretted'`)).toEqual([]);
  });

  it('stays as it is, cancelled again or posted again', async () => {
    await workflows.cancel('order-regretted', 'another reason');
    const answer = await app.place({ orderId: 'regretted' });
    expect([answer.status, answer.body]).toEqual([202, { instanceId: 'order-regretted' }]);
    expect((await app.view('regretted')).error?.message).toBe('the customer changed her mind');
  });

  it('must have been placed', async () => {
    await expect(workflows.cancel('order-of-nobody')).rejects.toThrow(InstanceNotFoundError);
  });

  it('is no longer possible when it is completed', async () => {
    await app.place({ orderId: 'done' });
    await app.outcome('done');
    await expect(workflows.cancel('order-done', 'too late')).rejects.toThrow(InstanceNotCancellableError);
    expect((await app.view('done')).status).toBe('completed');
  });
});
