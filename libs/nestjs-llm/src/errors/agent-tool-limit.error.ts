import type { Conversation } from '../agents/conversation.js';
import { LlmError } from './llm.error.js';

/** An agent still asked for tools after as many rounds as it may take. */
export class AgentToolLimitError extends LlmError {
  static override readonly code = 'ROMANCY_LLM_TOOL_LIMIT';
  readonly code = AgentToolLimitError.code;
  readonly retryable = false;
  /** What was said until then, its last calls of tools answered with an error, so that it can go on; not stored when the error fails the workflow. */
  declare readonly conversation: Conversation;

  constructor(agent: string, maxToolRounds: number, conversation: Conversation) {
    super(
      `Agent ${agent} asked for tools in more than ${maxToolRounds} rounds. Raise maxToolRounds, make its tools answer more at once, or catch ` +
        `the error and go on with its conversation.`,
      { details: { agent, maxToolRounds } },
    );
    Object.defineProperty(this, 'conversation', { value: conversation, enumerable: false });
  }
}
