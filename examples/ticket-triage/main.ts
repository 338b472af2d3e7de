/**
 * Tickets of customers are read by a model, looked into by an agent with tools, and decided, with a supervisor for larger sums. Every call of the
 * model and of a tool is a recorded step. Without a key the model is scripted; with ANTHROPIC_API_KEY, OPENAI_API_KEY or GEMINI_API_KEY it is
 * a real one:
 *
 *   npm run ts examples/ticket-triage/main.ts
 */
import 'reflect-metadata';
import { strict as assert } from 'node:assert';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { RomancyModule, WorkflowClient } from '@romancy/nestjs';
import { Llm, RomancyLlmModule } from '@romancy/nestjs-llm';
import { ApprovalActivities } from './approval.activities.js';
import { modelOptions } from './model.js';
import { ShopActivities } from './shop.activities.js';
import { SupportAgent } from './support.agent.js';
import type { Outcome, Ticket } from './ticket.js';
import { TicketWorkflow } from './ticket.workflow.js';

const { isScripted, ...llm } = modelOptions();

@Module({
  imports: [RomancyModule.forRoot({ database: 'sqlite::memory:' }), RomancyLlmModule.forRoot(llm)],
  providers: [ApprovalActivities, ShopActivities, SupportAgent, TicketWorkflow],
})
class SupportModule {}

const tickets: readonly Ticket[] = [
  { ticketId: 't1', customerId: 'ada', text: 'My teapot (order 17) arrived broken! I want my money back.' },
  { ticketId: 't2', customerId: 'ada', text: 'When do the cups of order 18 arrive?' },
];

const app = await NestFactory.createApplicationContext(SupportModule, { logger: ['warn', 'error'] });
const outcomes: Outcome[] = [];
for (const ticket of tickets) {
  console.log(`Ticket ${ticket.ticketId}: ${ticket.text}`);
  const outcome = await app.get(WorkflowClient).execute(TicketWorkflow, ticket, { instanceId: ticket.ticketId });
  console.log(
    `  ${outcome.triage.topic}, ${outcome.triage.urgency}; paid back ${outcome.refunded}, approved by ${outcome.approvedBy ?? 'nobody'}`,
  );
  console.log(`  reply: ${outcome.reply}`);
  console.log(`  ${outcome.modelCalls} calls of ${llm.defaults?.model ?? 'a model'}, ${outcome.tokens} tokens`);
  outcomes.push(outcome);
}
const totals = await app.get(Llm).totalsOf('t1');
const { refunds } = app.get(ShopActivities);
await app.close();

assert.equal(totals.calls, outcomes[0]?.modelCalls, 'history knows what was used');
if (isScripted) {
  assert.deepEqual(refunds, ['t1: 240']);
  assert.deepEqual(
    outcomes.map(({ refunded, approvedBy, modelCalls }) => [refunded, approvedBy, modelCalls]),
    [
      [240, 'the supervisor', 4],
      [0, null, 4],
    ],
  );
}
