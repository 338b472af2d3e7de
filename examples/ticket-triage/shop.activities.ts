import { Injectable } from '@nestjs/common';
import { Activity, TerminalError } from '@romancy/nestjs';
import { AgentTool } from '@romancy/nestjs-llm';
import { z } from 'zod';

interface Order {
  readonly orderId: string;
  readonly customerId: string;
  readonly item: string;
  readonly amount: number;
  readonly status: string;
}

const ORDERS: readonly Order[] = [
  { orderId: '17', customerId: 'ada', item: 'teapot', amount: 240, status: 'delivered' },
  { orderId: '18', customerId: 'ada', item: 'cups', amount: 36, status: 'on its way, arrives on Friday' },
];

const RULES = [
  { about: 'broken', rule: 'What arrives broken is paid back in full.' },
  { about: 'late', rule: 'Two weeks after the promised day an order may be cancelled.' },
];

/** What the agent is told about who asks; its tools look no further than that. */
export interface Asker {
  readonly customerId: string;
}

/** Tools of the agent, and what the workflow does by itself. */
@Injectable()
export class ShopActivities {
  readonly refunds: string[] = [];

  @AgentTool({ description: 'Finds an order of the customer by its number.', input: z.object({ orderId: z.string() }) })
  async findOrder({ orderId }: { orderId: string }, { customerId }: Asker): Promise<Order> {
    const order = ORDERS.find((candidate) => candidate.orderId === orderId && candidate.customerId === customerId);
    if (!order) throw new TerminalError(`The customer has no order ${orderId}.`);
    return order;
  }

  @AgentTool({ description: 'Looks up the rules of the shop about a word.', input: z.object({ word: z.string() }) })
  async findRules({ word }: { word: string }): Promise<readonly string[]> {
    return RULES.filter(({ about }) => word.toLowerCase().includes(about)).map(({ rule }) => rule);
  }

  @Activity({ transactional: false })
  async payBack(ticketId: string, amount: number): Promise<void> {
    this.refunds.push(`${ticketId}: ${amount}`);
  }
}
