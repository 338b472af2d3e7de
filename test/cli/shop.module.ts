import { Injectable, Module, type DynamicModule } from '@nestjs/common';
import { Activity, RomancyModule, TerminalError, Workflow, defineEvent, type WorkflowContext } from '@romancy/nestjs';
import { z } from 'zod';

export const orderPaid = defineEvent<{ orderId: string }>('order.paid');

@Injectable()
export class Stock {
  @Activity()
  async reserve(sku: string): Promise<{ sku: string }> {
    if (sku === 'gone') throw new TerminalError(`There is no ${sku} left.`);
    return { sku };
  }
}

@Workflow({ name: 'order_workflow', input: z.object({ sku: z.string() }) })
export class OrderWorkflow {
  constructor(private readonly stock: Stock) {}

  async run({ sku }: { sku: string }, ctx: WorkflowContext<{ sku: string }>): Promise<{ sku: string; paid: string }> {
    const reserved = await this.stock.reserve(sku);
    ctx.setStage('reserved');
    const paid = await ctx.waitEvent(orderPaid, { timeout: '2d' });
    return { sku: reserved.sku, paid: paid.data.orderId };
  }
}

@Workflow({ name: 'nap_workflow' })
export class NapWorkflow {
  async run(_: unknown, ctx: WorkflowContext): Promise<string> {
    await ctx.sleep('3d');
    return 'awake';
  }
}

/** The same name, another step first: what was recorded does not fit it. */
@Workflow({ name: 'order_workflow' })
export class ChangedOrderWorkflow {
  async run(_: unknown, ctx: WorkflowContext): Promise<string> {
    await ctx.sleep('1h');
    return 'changed';
  }
}

/** The shop, by itself or with a viewer beside it. */
export function shop(database: string, viewer: readonly DynamicModule[] = []): DynamicModule {
  class ShopModule {}
  const romancy = RomancyModule.forRoot({ database, http: { cancel: true } });
  return { module: ShopModule, imports: [romancy, ...viewer], providers: [Stock, OrderWorkflow, NapWorkflow] };
}

@Module({
  imports: [RomancyModule.forRoot({ database: 'never-opened.db' })],
  providers: [Stock, OrderWorkflow, NapWorkflow],
})
export class FittingModule {}

@Module({ imports: [RomancyModule.forRoot({ database: 'never-opened.db' })], providers: [ChangedOrderWorkflow] })
export class ChangedModule {}
