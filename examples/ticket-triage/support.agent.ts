import { Injectable } from '@nestjs/common';
import { DurableAgent, Llm, toolsOf, type AgentPrompt, type Conversation } from '@romancy/nestjs-llm';
import { ShopActivities, type Asker } from './shop.activities.js';

/** Reads a ticket, looks things up, and says what should be done. */
@Injectable()
export class SupportAgent extends DurableAgent<Asker> {
  constructor(llm: Llm, shop: ShopActivities) {
    super(llm, {
      name: 'support',
      maxTokens: 800,
      maxToolRounds: 4,
      tools: toolsOf(ShopActivities, shop, 'findOrder', 'findRules'),
    });
  }

  protected override buildPrompt(ticket: string, { messages }: Conversation, { customerId }: Asker): AgentPrompt {
    return {
      system: `You prepare answers of a tea shop to tickets of its customers. This one is from the customer ${customerId}. Look up the order and the rules, then say in two sentences what should be done, and whether money is to be paid back.`,
      messages: [...messages, { role: 'user', content: ticket }],
    };
  }
}
