import { WaitTimeoutError, Workflow, type WorkflowContext } from '@romancy/nestjs';
import { defineDurableCall, Llm } from '@romancy/nestjs-llm';
import { refundDecided, type Approval } from './approval.event.js';
import { ShopActivities } from './shop.activities.js';
import { SupportAgent } from './support.agent.js';
import { Decision, Triage, type Outcome, type Ticket } from './ticket.js';

/** Stage of a ticket that waits for a supervisor, followed by the amount. */
export const TO_BE_APPROVED = 'to be approved';

/** Up to this much is paid back without asking anybody. */
const FREE = 50;

const triage = defineDurableCall({
  name: 'triage',
  schema: Triage,
  maxTokens: 200,
  prompt: (text: string) => `What is this ticket of a customer about, and how urgent is it?\n\n${text}`,
});

@Workflow({ name: 'ticket' })
export class TicketWorkflow {
  constructor(
    private readonly llm: Llm,
    private readonly agent: SupportAgent,
    private readonly shop: ShopActivities,
  ) {}

  async run({ ticketId, customerId, text }: Ticket, ctx: WorkflowContext<Ticket>): Promise<Outcome> {
    const { value: seen } = await triage(this.llm, text);
    ctx.setStage(`${seen.topic}, ${seen.urgency}`);

    const { conversation } = await this.agent.chat(text, { deps: { customerId } });
    const { value: decision } = await this.llm.callMessagesParse(
      Decision,
      [...conversation.messages, { role: 'user', content: 'Put this into a decision.' }],
      { name: 'decide', maxTokens: 500 },
    );

    const approval = decision.refund > FREE ? await this.#approval(decision.refund, ctx) : null;
    const refunded = approval === null || approval.isApproved ? decision.refund : 0;
    if (refunded > 0) await this.shop.payBack(ticketId, refunded);

    const { calls, usage } = this.llm.totals();
    return {
      triage: seen,
      refunded,
      decidedBy: approval?.by ?? null,
      reply: decision.reply,
      modelCalls: calls,
      tokens: usage.totalTokens,
    };
  }

  /** Waits for a supervisor, in the database, for as long as two days. Nobody's answer is a no. */
  async #approval(amount: number, ctx: WorkflowContext<Ticket>): Promise<Approval> {
    const { ticketId } = ctx.input;
    ctx.setStage(`${TO_BE_APPROVED}: ${amount}`);
    try {
      const { data } = await ctx.waitEvent(refundDecided, { key: ticketId, timeout: '2d' });
      return data;
    } catch (error) {
      if (error instanceof WaitTimeoutError) return { ticketId, isApproved: false, by: 'nobody' };
      throw error;
    }
  }
}
