/**
 * One order in one trace: through an activity that is tried again, a wait, and the next process that goes on with it.
 *
 *   npm run ts examples/telemetry/main.ts
 */
import 'reflect-metadata';
import { strict as assert } from 'node:assert';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Injectable, Module, type DynamicModule, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { trace } from '@opentelemetry/api';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import {
  Activity,
  ActivityContext,
  OnWorkflowEvent,
  RomancyModule,
  Workflow,
  WorkflowClient,
  type WorkflowContext,
  type WorkflowEvent,
} from '@romancy/nestjs';
import { RomancyOtelModule } from '@romancy/otel';

// An application exports to a collector instead, with the exporter for OTLP.
const exporter = new InMemorySpanExporter();
new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register();

@Injectable()
class PaymentActivities {
  constructor(private readonly activity: ActivityContext) {}

  @Activity({ transactional: false, retry: { initialInterval: '100ms' } })
  async charge(amount: number): Promise<string> {
    if (this.activity.attempt === 1) throw new Error('The gateway is busy.');
    return `charged ${amount}`;
  }
}

@Workflow({ name: 'order' })
class OrderWorkflow {
  constructor(private readonly payment: PaymentActivities) {}

  async run(amount: number, ctx: WorkflowContext<number>): Promise<string> {
    const charged = await this.payment.charge(amount);
    await ctx.sleep('1s');
    return charged;
  }
}

@Injectable()
class Diary {
  @OnWorkflowEvent('activityRetry')
  retrying({ activityName, attempt, error, nextDelay }: WorkflowEvent<'activityRetry'>): void {
    const why = error instanceof Error ? error.message : String(error);
    console.log(`  ${activityName}, attempt ${attempt}: ${why} Again in ${Math.round(nextDelay)} ms.`);
  }

  @OnWorkflowEvent('complete')
  completed({ instanceId, result, duration }: WorkflowEvent<'complete'>): void {
    console.log(`  ${instanceId}: ${String(result)}, after ${duration} ms.`);
  }
}

@Module({})
class ShopModule {
  static on(database: string): DynamicModule {
    return {
      module: ShopModule,
      imports: [RomancyModule.forRoot({ database }), RomancyOtelModule.forRoot()],
      providers: [PaymentActivities, OrderWorkflow, Diary],
    };
  }
}

const folder = await mkdtemp(join(tmpdir(), 'romancy-telemetry-'));
const open = (): Promise<INestApplicationContext> =>
  NestFactory.createApplicationContext(ShopModule.on(join(folder, 'workflow.db')), { logger: ['warn', 'error'] });

console.log('An order comes in, and its process stops while it sleeps:');
const first = await open();
await trace.getTracer('example').startActiveSpan('checkout', async (span) => {
  await first.get(WorkflowClient).start(OrderWorkflow, 40, { instanceId: 'order-17' });
  span.end();
});
while ((await first.get(WorkflowClient).handle('order-17').status()) !== 'waiting_for_timer') await setTimeout(10);
await first.close();

console.log('Another process goes on:');
const second = await open();
await second.get(WorkflowClient).handle('order-17').result({ timeout: '30s' });
await second.close();
await rm(folder, { recursive: true });

const spans = exporter.getFinishedSpans();
console.log('All of it is one trace:');
for (const { name, parentSpanContext } of spans) {
  const parent = spans.find((other) => other.spanContext().spanId === parentSpanContext?.spanId);
  console.log(`  ${name} < ${parent?.name ?? '-'}`);
}
assert.equal(new Set(spans.map((span) => span.spanContext().traceId)).size, 1);
assert.equal(spans.filter(({ name }) => name === 'activity/charge').length, 2);
assert.ok(spans.some(({ name }) => name === 'replay/order'));
