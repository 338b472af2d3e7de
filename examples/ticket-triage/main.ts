/**
 * Tickets of customers are read by a model, looked into by an agent with tools, and decided, by a supervisor where it is about larger sums. Every
 * call of the model and of a tool is a recorded step. Without a key the model is scripted; with ANTHROPIC_API_KEY, OPENAI_API_KEY or GEMINI_API_KEY it is
 * a real one:
 *
 *   npm run ts examples/ticket-triage/main.ts
 */
import 'reflect-metadata';
import { strict as assert } from 'node:assert';
import { setTimeout } from 'node:timers/promises';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { RomancyModule, WorkflowClient } from '@romancy/nestjs';
import { Llm, RomancyLlmModule } from '@romancy/nestjs-llm';
import { refundDecided } from './approval.event.js';
import { modelOptions } from './model.js';
import { ShopActivities } from './shop.activities.js';
import { SupportAgent } from './support.agent.js';
import type { Outcome, Ticket } from './ticket.js';
import { TicketWorkflow, TO_BE_APPROVED } from './ticket.workflow.js';

const { isScripted, ...llm } = modelOptions();

@Module({
  imports: [RomancyModule.forRoot({ database: 'sqlite::memory:' }), RomancyLlmModule.forRoot(llm)],
  providers: [ShopActivities, SupportAgent, TicketWorkflow],
})
class SupportModule {}

const tickets: readonly Ticket[] = [
  { ticketId: 't1', customerId: 'ada', text: 'My teapot (order 17) arrived broken! I want my money back.' },
  { ticketId: 't2', customerId: 'ada', text: 'When do the cups of order 18 arrive?' },
];

/** Stands for a supervisor, who looks at what waits for a decision and says yes. */
async function supervise(ticketId: string): Promise<void> {
  for (const deadline = Date.now() + 120_000; Date.now() < deadline;) {
    const { status, stage } = await client.get(ticketId);
    if (['completed', 'failed', 'cancelled'].includes(status)) return;
    if (stage?.startsWith(TO_BE_APPROVED) === true) {
      console.log(`  ${stage}`);
      const data = { ticketId, isApproved: true, by: 'Grace' };
      await client.deliver({ id: `decision-${ticketId}`, source: '/supervisors', type: refundDecided.type, data });
      return;
    }
    await setTimeout(50);
  }
}

const app = await NestFactory.createApplicationContext(SupportModule, { logger: ['warn', 'error'] });
const client = app.get(WorkflowClient);
const outcomes: Outcome[] = [];
for (const ticket of tickets) {
  console.log(`Ticket ${ticket.ticketId}: ${ticket.text}`);
  const handle = await client.start(TicketWorkflow, ticket, { instanceId: ticket.ticketId });
  await supervise(ticket.ticketId);
  const outcome = await handle.result({ timeout: '2m' });
  console.log(
    `  ${outcome.triage.topic}, ${outcome.triage.urgency}; paid back ${outcome.refunded}, decided by ${outcome.decidedBy ?? 'the rules'}`,
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
    outcomes.map(({ refunded, decidedBy, modelCalls }) => [refunded, decidedBy, modelCalls]),
    [
      [240, 'Grace', 4],
      [0, null, 4],
    ],
  );
}
