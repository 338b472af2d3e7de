import { Injectable } from '@nestjs/common';
import { Activity, CompensationFor, Workflow, type WorkflowContext } from '@romancy/nestjs';
import { z } from 'zod';
import { DeliveryRequest } from './delivery.dto.js';

const orderSchema = z.object({
  sku: z.string().min(1).describe('Article number'),
  quantity: z.int().min(1).max(99),
  express: z.boolean().default(false),
  note: z.string().optional(),
});

/** Says whether payments go through; a test turns it. */
@Injectable()
export class Bank {
  open = true;
}

@Injectable()
export class ShopActivities {
  constructor(private readonly bank: Bank) {}

  @Activity({ retry: { maxAttempts: 2, initialInterval: '10ms' } })
  async charge(sku: string): Promise<{ readonly receipt: string }> {
    if (!this.bank.open) throw new Error(`The bank is closed for ${sku}`);
    return { receipt: `receipt for ${sku}` };
  }

  @Activity()
  async reserve(sku: string): Promise<{ readonly hold: string }> {
    return { hold: sku };
  }

  @CompensationFor('reserve')
  async release(): Promise<void> {
    await Promise.resolve();
  }
}

@Workflow({ name: 'order', input: orderSchema })
export class OrderWorkflow {
  constructor(private readonly shop: ShopActivities) {}

  async run(order: z.output<typeof orderSchema>, ctx: WorkflowContext): Promise<unknown> {
    const { hold } = await this.shop.reserve(order.sku);
    ctx.setStage('paying');
    const { receipt } = await this.shop.charge(order.sku);
    return { hold, receipt };
  }
}

@Workflow({ name: 'approval' })
export class ApprovalWorkflow {
  constructor(private readonly shop: ShopActivities) {}

  async run(request: { readonly sku: string }, ctx: WorkflowContext): Promise<unknown> {
    await this.shop.reserve(request.sku);
    ctx.setStage('waiting for approval');
    const { data } = await ctx.waitEvent('order.approved', { timeout: '2d' });
    return data;
  }
}

const longSchema = z.object({
  steps: z.int(),
  due: z.coerce.date().optional(),
  id: z.bigint().optional(),
  speed: z.enum(['slow', 'fast']).optional(),
  urgent: z.boolean().optional(),
  address: z.object({ street: z.string(), city: z.string().default('Ulm'), home: z.boolean() }).optional(),
});

@Workflow({ name: 'long', input: longSchema })
export class LongWorkflow {
  constructor(private readonly shop: ShopActivities) {}

  async run({ steps }: z.output<typeof longSchema>): Promise<void> {
    for (let step = 0; step < steps; step++) await this.shop.reserve(String(step));
  }
}

@Workflow({ name: 'delivery', input: DeliveryRequest })
export class DeliveryWorkflow {
  constructor(private readonly shop: ShopActivities) {}

  async run(request: DeliveryRequest): Promise<void> {
    for (const { sku } of request.lines) await this.shop.reserve(sku);
  }
}

@Workflow({ name: 'rounds' })
export class RoundsWorkflow {
  constructor(private readonly shop: ShopActivities) {}

  async run(round: number, ctx: WorkflowContext): Promise<void> {
    await this.shop.reserve(String(round));
    await ctx.waitEvent('round.over');
    await ctx.recur(round + 1);
  }
}

export const PROVIDERS = [
  Bank,
  ShopActivities,
  OrderWorkflow,
  ApprovalWorkflow,
  DeliveryWorkflow,
  LongWorkflow,
  RoundsWorkflow,
];
