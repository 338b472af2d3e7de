import type { LlmAnswer } from '../interfaces/answer.interface.js';
import type { LlmCallOptions } from '../interfaces/call-options.interface.js';
import type { LlmMessage } from '../interfaces/message.interface.js';
import type { LlmSchema } from '../interfaces/schema.interface.js';
import type { Llm } from '../llm.js';
import { mergeOptions, NO_TOOL } from '../options/merge-options.js';

/** A text is one message of the user. */
export function toMessages(prompt: string | readonly LlmMessage[]): readonly LlmMessage[] {
  return typeof prompt === 'string' ? [{ role: 'user', content: prompt }] : prompt;
}

/** The call of a definition, which may have a schema or not. */
export function callWith(
  llm: Llm,
  schema: LlmSchema | undefined,
  messages: readonly LlmMessage[],
  definition: LlmCallOptions,
  call: LlmCallOptions = {},
): Promise<LlmAnswer> {
  const own = schema ? { ...call, ...NO_TOOL } : call;
  return llm.request({ messages, schema, options: mergeOptions<LlmCallOptions>(definition, call, own), own });
}
