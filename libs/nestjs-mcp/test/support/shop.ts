import { Injectable } from '@nestjs/common';
import { Activity, TerminalError, Workflow, type WorkflowContext } from '@romancy/nestjs';
import { z } from 'zod';

const orderInput = z.object({
  sku: z.string().min(1).describe('Article number'),
  quantity: z.int().positive().default(1).describe('How many pieces'),
});

const orderOutput = z.object({ chargeId: z.string(), at: z.date(), quantity: z.int() });

@Injectable()
export class Payments {
  charged = 0;

  @Activity({ transactional: false, retry: { maxAttempts: 2, initialInterval: '1h' } })
  async charge(sku: string): Promise<{ chargeId: string }> {
    if (sku === 'declined') throw new TerminalError('card declined', { code: 'DECLINED' });
    if (sku === 'flaky') throw new Error('gateway is away');
    this.charged += 1;
    return { chargeId: `c-${sku}` };
  }
}

@Workflow({
  name: 'order',
  input: orderInput,
  output: orderOutput,
  mcp: { description: 'Sells an article.' },
})
export class OrderWorkflow {
  constructor(private readonly payments: Payments) {}

  async run(
    { sku, quantity }: z.output<typeof orderInput>,
    ctx: WorkflowContext,
  ): Promise<z.output<typeof orderOutput>> {
    const { chargeId } = await this.payments.charge(sku);
    ctx.setStage('charged');
    if (sku === 'slow') await ctx.sleep('1h');
    if (sku === 'approved') await ctx.waitEvent('order.approved', { timeout: '2d' });
    if (sku === 'soon') await ctx.sleep('300ms');
    if (sku === 'odd') return { chargeId: 7, quantity } as never;
    return { chargeId, at: new Date(0), quantity };
  }
}

/** Takes a text, which is no object, and is not offered by its decorator. */
@Workflow({ name: 'greeting', input: z.string().min(2) })
export class GreetingWorkflow {
  async run(name: string): Promise<string> {
    return `Hello, ${name}!`;
  }
}

export const SHOP = { providers: [OrderWorkflow, GreetingWorkflow, Payments] };
