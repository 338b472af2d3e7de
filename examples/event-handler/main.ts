/**
 * Events over HTTP start a workflow and wake it; what it emits leaves through the outbox. Every event is sent twice, and counts once:
 *
 *   npm run ts examples/event-handler/main.ts
 */
import 'reflect-metadata';
import { strict as assert } from 'node:assert';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  Activity,
  ActivityContext,
  defineEvent,
  RomancyModule,
  Workflow,
  WorkflowClient,
  type CloudEventValue,
  type OutboxPublisher,
  type WorkflowContext,
} from '@romancy/nestjs';
import { CloudEvent, HTTP } from 'cloudevents';

interface Order {
  readonly orderId: string;
  readonly amount: number;
}

const orderPlaced = defineEvent<Order>('order.placed');
const orderPaid = defineEvent<{ orderId: string; receipt: string }>('order.paid', { key: ({ orderId }) => orderId });
const orderShipped = defineEvent<{ orderId: string; receipt: string }>('order.shipped');

@Injectable()
class ShippingActivities {
  constructor(private readonly activity: ActivityContext) {}

  @Activity()
  async ship(orderId: string, receipt: string): Promise<string> {
    // Sent when, and only when, this activity has succeeded.
    return this.activity.emit(orderShipped, { orderId, receipt }, { subject: orderId });
  }
}

@Workflow({ name: 'order_by_event', startOn: orderPlaced })
class OrderWorkflow {
  constructor(private readonly shipping: ShippingActivities) {}

  async run({ orderId }: Order, ctx: WorkflowContext<Order>): Promise<string> {
    const paid = await ctx.waitEvent(orderPaid, { key: orderId, timeout: '1h' });
    return this.shipping.ship(orderId, paid.data.receipt);
  }
}

/** Stands for a broker. */
@Injectable()
class Printer implements OutboxPublisher {
  readonly published: CloudEventValue[] = [];

  async publish(event: CloudEventValue): Promise<void> {
    console.log(`  published ${event.type} ${JSON.stringify(event.data)}`);
    this.published.push(event);
  }
}

const folder = await mkdtemp(join(tmpdir(), 'romancy-events-'));

@Module({
  imports: [
    RomancyModule.forRoot({ database: join(folder, 'workflow.db'), outbox: { source: '/orders', publisher: Printer } }),
  ],
  providers: [OrderWorkflow, ShippingActivities, Printer],
})
class OrdersModule {}

const app = await NestFactory.create(OrdersModule, { logger: ['error'] });
await app.listen(0);
const url = new URL('/events', (await app.getUrl()).replace('[::1]', 'localhost'));

async function send<T>(type: string, data: T, mode: typeof HTTP.binary): Promise<void> {
  const { headers, body } = mode(new CloudEvent<T>({ source: '/shop', type, data }));
  for (const delivery of ['first', 'second']) {
    const answer = await fetch(url, { method: 'POST', headers: headers as Record<string, string>, body: String(body) });
    console.log(`  ${type}, ${delivery} delivery: ${String(answer.status)} ${await answer.text()}`);
    assert.equal(answer.status, 202);
  }
}

console.log('Two orders are placed, and the second one is paid first:');
await send(orderPlaced.type, { orderId: 'a', amount: 10 }, HTTP.structured);
await send(orderPlaced.type, { orderId: 'b', amount: 20 }, HTTP.binary);
await send(orderPaid.type, { orderId: 'b', receipt: 'r-b' }, HTTP.structured);
await send(orderPaid.type, { orderId: 'a', receipt: 'r-a' }, HTTP.binary);

const client = app.get(WorkflowClient);
const { instances } = await client.list({ workflowName: 'order_by_event' });
const ids = await Promise.all(
  instances.map(({ instanceId }) => client.handle(OrderWorkflow, instanceId).result({ timeout: '10s' })),
);

const refused = await fetch(url, {
  method: 'POST',
  headers: { 'content-type': 'application/cloudevents+json' },
  body: JSON.stringify({ specversion: '1.0', id: '1', source: '/shop', data: {} }),
});
console.log(`An event without a type: ${String(refused.status)} ${await refused.text()}`);

const { published } = app.get(Printer);
for (const deadline = Date.now() + 10_000; published.length < 2 && Date.now() < deadline;)
  await new Promise((resolve) => setTimeout(resolve, 20));
await app.close();
await rm(folder, { recursive: true });

assert.equal(instances.length, 2, 'each order once');
assert.equal(refused.status, 400);
assert.deepEqual(published.map(({ id }) => id).sort(), [...ids].sort(), 'what was emitted was published');
assert.deepEqual(published.map(({ data }) => (data as { receipt: string }).receipt).sort(), ['r-a', 'r-b']);
