import { AgentToolLimitError } from '../errors/agent-tool-limit.error.js';
import type { LlmAnswer } from '../interfaces/answer.interface.js';
import type { LlmCallOptions, LlmOptions } from '../interfaces/call-options.interface.js';
import type { LlmMessage } from '../interfaces/message.interface.js';
import type { Llm } from '../llm.js';
import { mergeOptions } from '../options/merge-options.js';
import { addAnswer } from '../usage/usage.js';
import { newConversation, type Conversation } from './conversation.js';
import { toolResults, unansweredCalls } from './tool-results.js';
import type { RunnableTool } from './tools-of.js';

const DEFAULT_TOOL_ROUNDS = 10;

/** Options of a {@link DurableAgent}: those of its calls, and its own. */
export interface DurableAgentOptions<Deps> extends Omit<LlmOptions, 'tools'> {
  /** What its calls are known by in history and logs. */
  readonly name: string;
  readonly tools?: readonly RunnableTool<Deps>[];
  /** How often in one turn the model may ask for tools. Default 10. */
  readonly maxToolRounds?: number;
}

/** What a turn of an agent is given beside the message. */
export type AgentTurn<Deps> = {
  /** Default: a new one. */
  readonly conversation?: Conversation | undefined;
  /** Options of the calls of this turn. */
  readonly options?: LlmCallOptions | undefined;
} & (undefined extends Deps ? { readonly deps?: Deps } : { readonly deps: Deps });

type TurnArgument<Deps> = undefined extends Deps ? [turn?: AgentTurn<Deps>] : [turn: AgentTurn<Deps>];

/** What a turn begins with. */
export interface AgentPrompt {
  /** Default the option `system`. */
  readonly system?: string | undefined;
  /** The conversation with the new message at its end. */
  readonly messages: readonly LlmMessage[];
}

/** How a turn has ended. */
export interface AgentReply {
  readonly text: string;
  /** The last answer of the turn. */
  readonly answer: LlmAnswer;
  /** For the next turn. */
  readonly conversation: Conversation;
}

/**
 * A model with tools that works in a workflow: each of its calls and each call of a tool is a recorded step, so that after a crash the turn goes
 * on behind the last one. Extend it, and inject it into workflows. It has no state of its own: the conversation is the workflow's.
 *
 * `Deps` is what the workflow hands to the prompt and to the tools in each turn: plain data, because it is recorded with the tools' steps.
 * Services are injected into the agent and into the classes of its tools.
 *
 * @example
 * ```ts
 * @Injectable()
 * export class SupportAgent extends DurableAgent<{ customerId: string }> {
 *   constructor(llm: Llm, orders: OrderTools) {
 *     super(llm, { name: 'support', system: 'You help customers.', tools: toolsOf(OrderTools, orders, 'findOrder') });
 *   }
 * }
 *
 * const { text, conversation } = await this.agent.chat('Where is my order?', { deps: { customerId } });
 * const next = await this.agent.chat('And the invoice?', { conversation, deps: { customerId } });
 * ```
 */
export abstract class DurableAgent<Deps = undefined> {
  readonly #llm: Llm;
  readonly #options: DurableAgentOptions<Deps>;

  constructor(llm: Llm, options: DurableAgentOptions<Deps>) {
    this.#llm = llm;
    this.#options = options;
  }

  /**
   * One turn: the message, what the model says, the tools that it asks for, until it has nothing more to ask.
   * @throws AgentToolLimitError after `maxToolRounds` rounds; LlmErrors and RetryExhaustedError as the calls of {@link Llm}.
   */
  async chat(message: string, ...[turn]: TurnArgument<Deps>): Promise<AgentReply> {
    const { name, tools = [], maxToolRounds = DEFAULT_TOOL_ROUNDS, ...layer } = this.#options;
    const deps = turn?.deps as Deps;
    const before = turn?.conversation ?? newConversation();
    const { system, messages } = this.buildPrompt(message, before, deps);
    const own = turn?.options ?? {};
    const options = mergeOptions<LlmCallOptions>(
      { ...layer, ...(tools.length > 0 ? { tools } : {}) },
      { system },
      { name },
      own,
    );
    let conversation: Conversation = { ...before, messages, turns: before.turns + 1 };
    let newFrom = knownPrefix(before.messages, messages);
    for (let round = 0; ; round += 1) {
      const answer = await this.#llm.request({ messages: conversation.messages, options, own, newFrom });
      conversation = said(conversation, answer);
      if (answer.toolCalls.length === 0) return { text: answer.text, answer, conversation };
      if (round >= maxToolRounds) {
        throw new AgentToolLimitError(
          name,
          maxToolRounds,
          withResults(conversation, unansweredCalls(answer.toolCalls)),
        );
      }
      newFrom = conversation.messages.length;
      const results = await toolResults(answer.toolCalls, tools, deps);
      conversation = withResults(conversation, results);
    }
  }

  /**
   * What the model is told at the beginning of a turn; override it to have it depend on `deps`. Runs in the code of the workflow, so it must be
   * deterministic.
   */
  protected buildPrompt(message: string, conversation: Conversation, _deps: Deps): AgentPrompt {
    return { messages: [...conversation.messages, { role: 'user', content: message }] };
  }
}

/** How many of the messages the conversation has had before. */
function knownPrefix(before: readonly LlmMessage[], messages: readonly LlmMessage[]): number {
  const changed = messages.findIndex((message, index) => message !== before[index]);
  return changed === -1 ? messages.length : changed;
}

function said(conversation: Conversation, answer: LlmAnswer): Conversation {
  return {
    ...conversation,
    messages: [...conversation.messages, ...answer.messages],
    totals: addAnswer(conversation.totals, answer),
  };
}

function withResults(conversation: Conversation, results: LlmMessage): Conversation {
  return { ...conversation, messages: [...conversation.messages, results] };
}
