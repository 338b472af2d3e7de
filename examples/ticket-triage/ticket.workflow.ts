import { Workflow, type WorkflowContext } from '@romancy/nestjs';
import { defineDurableCall, Llm } from '@romancy/nestjs-llm';
import { ApprovalActivities, type Approval } from './approval.activities.js';
import { ShopActivities } from './shop.activities.js';
import { SupportAgent } from './support.agent.js';
import { Decision, Triage, type Outcome, type Ticket } from './ticket.js';

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
    private readonly approvals: ApprovalActivities,
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

    const approval = await this.#approval(ticketId, decision.refund);
    const refunded = approval === null || approval.isApproved ? decision.refund : 0;
    if (refunded > 0) await this.shop.payBack(ticketId, refunded);

    const { calls, usage } = this.llm.totals();
    return {
      triage: seen,
      refunded,
      approvedBy: approval?.isApproved === true ? approval.by : null,
      reply: decision.reply,
      modelCalls: calls,
      tokens: usage.totalTokens,
    };
  }

  /** Null where nobody needs to be asked. */
  async #approval(ticketId: string, amount: number): Promise<Approval | null> {
    return amount > FREE ? this.approvals.decide(ticketId, amount) : null;
  }
}
