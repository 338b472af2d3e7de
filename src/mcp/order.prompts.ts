import { Injectable } from '@nestjs/common';
import { WorkflowClient } from '@romancy/nestjs';
import { McpPrompt } from '@romancy/nestjs-mcp';
import { z } from 'zod';
import { instanceIdOf } from '../orders/order.js';
import { viewOf } from '../orders/order.view.js';
import { OrderWorkflow } from '../orders/order.workflow.js';

const which = z.object({ orderId: z.string().describe('Number of the order') });

@Injectable()
export class OrderPrompts {
  constructor(private readonly workflows: WorkflowClient) {}

  @McpPrompt({
    name: 'explain_order',
    description: 'Explains to a customer what became of an order.',
    arguments: which,
  })
  async explain({ orderId }: z.infer<typeof which>): Promise<string> {
    const order = viewOf(await this.workflows.handle(OrderWorkflow, instanceIdOf(orderId)).get());
    return `This is the state of order ${orderId}: ${JSON.stringify(order)}. Explain it to the customer in two friendly sentences.`;
  }
}
