import type { LlmMessage } from '../interfaces/message.interface.js';
import { NO_TOTALS, type LlmTotals } from '../usage/usage.js';

/**
 * State of a conversation with an agent: plain data. A workflow keeps it in a variable, hands it to a restart of itself as input, or returns it.
 * Values are never changed: each turn of the agent answers a new one.
 */
export interface Conversation {
  /** Everything that was said, with calls and results of tools, without the system message. */
  readonly messages: readonly LlmMessage[];
  /** Turns of the user. */
  readonly turns: number;
  /** What the conversation has used so far, also before a restart. */
  readonly totals: LlmTotals;
}

/** A conversation in which nothing was said yet. */
export function newConversation(): Conversation {
  return { messages: [], turns: 0, totals: NO_TOTALS };
}

/**
 * The conversation without what was said before its last `turns` turns, so that it does not grow for ever. It is cut where the user speaks:
 * a tool's result is never left without its call. The totals stay.
 */
export function lastTurns(conversation: Conversation, turns: number): Conversation {
  const starts = conversation.messages.flatMap(({ role }, index) => (role === 'user' ? [index] : []));
  const from = starts.at(-turns) ?? 0;
  return turns <= 0
    ? { ...conversation, messages: [] }
    : { ...conversation, messages: conversation.messages.slice(from) };
}
