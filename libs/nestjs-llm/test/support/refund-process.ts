/**
 * An application of its own: an agent that refunds an order with two tools. Arguments: database file, address of the model, address of the shop.
 * Prints the result of the instance, which an earlier process may have begun.
 */
import 'reflect-metadata';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ActivityContext, RomancyModule, Workflow, WorkflowClient } from '@romancy/nestjs';
import { AgentTool, DurableAgent, Llm, RomancyLlmModule, toolsOf } from '@romancy/nestjs-llm';
import { z } from 'zod';

const [database = '', model = '', shop = ''] = process.argv.slice(2);
const order = z.object({ orderId: z.string() });

@Injectable()
class ShopTools {
  constructor(private readonly activity: ActivityContext) {}

  @AgentTool({ description: 'Finds an order.', input: order, transactional: false })
  async findOrder(input: { orderId: string }): Promise<string> {
    return this.#ask('find', input);
  }

  @AgentTool({ description: 'Pays an order back.', input: order, transactional: false })
  async refund(input: { orderId: string }): Promise<string> {
    return this.#ask('refund', input);
  }

  async #ask(path: string, input: object): Promise<string> {
    const headers = { 'idempotency-key': this.activity.idempotencyKey };
    const answer = await fetch(`${shop}/${path}`, { method: 'POST', headers, body: JSON.stringify(input) });
    return answer.text();
  }
}

@Injectable()
class RefundAgent extends DurableAgent {
  constructor(llm: Llm, tools: ShopTools) {
    super(llm, { name: 'refunds', tools: toolsOf(ShopTools, tools, 'findOrder', 'refund') });
  }
}

@Workflow({ name: 'refunding' })
class Refunding {
  constructor(
    private readonly agent: RefundAgent,
    private readonly llm: Llm,
  ) {}

  async run(message: string): Promise<{ text: string; calls: number; messages: number }> {
    const { text, conversation } = await this.agent.chat(message);
    return { text, calls: this.llm.totals().calls, messages: conversation.messages.length };
  }
}

@Module({
  imports: [
    RomancyModule.forRoot({ database, leaseDuration: '1s', resumeInterval: '100ms' }),
    RomancyLlmModule.forRoot({
      defaults: { provider: 'local', model: 'qwen3' },
      providers: { local: { kind: 'openai-compatible', baseURL: model } },
    }),
  ],
  providers: [ShopTools, RefundAgent, Refunding],
})
class AppModule {}

const app = await NestFactory.createApplicationContext(AppModule, { logger: ['error'] });
const result = await app.get(WorkflowClient).execute(Refunding, 'Pay order 17 back.', { instanceId: 'refund-17' });
console.log(`RESULT ${JSON.stringify(result)}`);
await app.close();
