import type { LlmMessage, LlmToolCall } from './message.interface.js';

/** Why the model stopped. `other` covers what the provider did not name. */
export type LlmFinishReason = 'stop' | 'length' | 'content-filter' | 'tool-calls' | 'error' | 'other';

/** Tokens of one call or of several; 0 where the provider does not tell. */
export interface LlmUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly totalTokens: number;
  /** Part of the input tokens that came out of the provider's cache. */
  readonly cachedInputTokens: number;
  /** Part of the input tokens that were written to the provider's cache. */
  readonly cacheWriteTokens: number;
  /** Part of the output tokens that were spent on reasoning. */
  readonly reasoningTokens: number;
}

/** What is recorded of a call and handed to the workflow: the same in the first run and in every replay. */
export interface LlmAnswer {
  readonly text: string;
  /** Model that answered, as the provider names it. */
  readonly model: string;
  /** Name of the provider in the options. */
  readonly provider: string;
  readonly finishReason: LlmFinishReason;
  readonly usage: LlmUsage;
  /** In the currency of the option `prices`; undefined where the model has no price there. */
  readonly cost?: number;
  readonly toolCalls: readonly LlmToolCall[];
  /** What the assistant said, to be appended to the conversation. */
  readonly messages: readonly LlmMessage[];
}

/** An answer whose text was read as JSON and fits the schema of the call. */
export interface LlmParsedAnswer<T> extends LlmAnswer {
  readonly value: T;
}
