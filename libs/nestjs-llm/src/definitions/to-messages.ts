import type { LlmMessage } from '../interfaces/message.interface.js';

/** A text is one message of the user. */
export function toMessages(prompt: string | readonly LlmMessage[]): readonly LlmMessage[] {
  return typeof prompt === 'string' ? [{ role: 'user', content: prompt }] : prompt;
}
