import { Body, Controller, Injectable, Module, Post, type INestApplication, type Type } from '@nestjs/common';
import { NestFactory, type AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { trace, type SpanContext } from '@opentelemetry/api';
import {
  Activity,
  ActivityContext,
  CompensationFor,
  defineChannel,
  RomancyModule,
  TerminalError,
  Workflow,
  WorkflowClient,
  type ReceivedMessage,
  type RomancyModuleOptions,
  type WorkflowContext,
} from '@romancy/nestjs';
import { RomancyOtelModule, type RomancyOtelOptions } from '@romancy/otel';

const parcels = defineChannel<{ readonly orderId: string }>('parcels');

/** Spans that were active in bodies. */
export const active: (SpanContext | undefined)[] = [];

@Injectable()
export class Till {
  #tries = 0;

  constructor(
    private readonly activity: ActivityContext,
    private readonly client: WorkflowClient,
  ) {}

  @Activity()
  async charge(orderId: string): Promise<string> {
    active.push(trace.getActiveSpan()?.spanContext());
    await this.activity.emit('order.charged', { orderId });
    return `charge of ${orderId}`;
  }

  @CompensationFor('charge')
  async refund(): Promise<void> {
    active.push(trace.getActiveSpan()?.spanContext());
  }

  @Activity({ transactional: false, retry: { maxAttempts: 2, initialInterval: 10, jitter: 0 } })
  async ship(orderId: string): Promise<void> {
    this.#tries += 1;
    if (this.#tries % 2 === 1) throw new Error(`busy with ${orderId}`);
  }

  @Activity({ transactional: false })
  async decline(): Promise<void> {
    throw new TerminalError('declined');
  }

  @Activity({ transactional: false })
  async delegate(): Promise<string> {
    return (await this.client.start(CounterWorkflow, 1, { instanceId: 'child' })).instanceId;
  }

  @Activity({ transactional: false })
  async hang(): Promise<void> {
    const { signal } = this.activity;
    await new Promise((resolve) => {
      signal.addEventListener('abort', resolve);
    });
  }
}

@Workflow({ name: 'order' })
export class OrderWorkflow {
  constructor(private readonly till: Till) {}

  async run(orderId: string, ctx: WorkflowContext<string>): Promise<string> {
    await this.till.charge(orderId);
    await ctx.publish(parcels, { orderId });
    await ctx.waitEvent('order.paid', { timeout: '1d' });
    await this.till.ship(orderId);
    await ctx.sleep(5);
    return 'shipped';
  }
}

@Workflow({ name: 'declined' })
export class DeclinedWorkflow {
  constructor(private readonly till: Till) {}

  async run(): Promise<void> {
    await this.till.charge('d');
    await this.till.decline();
  }
}

@Workflow({ name: 'counter' })
export class CounterWorkflow {
  async run(n: number, ctx: WorkflowContext<number>): Promise<number> {
    return n === 0 ? ctx.recur(1) : n;
  }
}

@Workflow({ name: 'parent' })
export class ParentWorkflow {
  constructor(private readonly till: Till) {}

  async run(): Promise<string> {
    return Promise.race([this.till.delegate(), this.till.hang().then(() => 'never')]);
  }
}

@Workflow({ name: 'listener' })
export class ListenerWorkflow {
  async run(_input: undefined, ctx: WorkflowContext): Promise<Pick<ReceivedMessage, 'metadata'>> {
    await ctx.subscribe(parcels);
    const { metadata } = await ctx.receive(parcels);
    return { metadata };
  }
}

@Controller('orders')
class OrdersController {
  constructor(private readonly client: WorkflowClient) {}

  @Post()
  async place(@Body() { orderId }: { readonly orderId: string }): Promise<{ readonly instanceId: string }> {
    const { instanceId } = await this.client.start(OrderWorkflow, orderId, { instanceId: orderId });
    return { instanceId };
  }
}

/** One process of the shop, listening. */
export async function openShop(
  options: RomancyModuleOptions,
  otel: RomancyOtelOptions,
  adapter: AbstractHttpAdapter = new ExpressAdapter(),
): Promise<{ readonly app: INestApplication; readonly url: string; readonly client: WorkflowClient }> {
  @Module({
    imports: [RomancyModule.forRoot(options), RomancyOtelModule.forRoot(otel)],
    controllers: [OrdersController],
    providers: [Till, OrderWorkflow, DeclinedWorkflow, CounterWorkflow, ParentWorkflow, ListenerWorkflow],
  })
  class Shop {}
  const app = await NestFactory.create(Shop as Type, adapter, { logger: ['error'] });
  await app.listen(0, '127.0.0.1');
  return { app, url: await app.getUrl(), client: app.get(WorkflowClient) };
}
