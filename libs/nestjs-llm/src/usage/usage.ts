import type { LanguageModelUsage } from 'ai';
import type { LlmAnswer, LlmUsage } from '../interfaces/answer.interface.js';

/** What the calls of an instance (or of a conversation) have used together. */
export interface LlmTotals {
  /** Calls whose answer was recorded. */
  readonly calls: number;
  readonly usage: LlmUsage;
  /** In the currency of the option `prices`. */
  readonly cost: number;
  /** Calls of models without a price, which are not in `cost`. */
  readonly unpricedCalls: number;
}

export const NO_USAGE: LlmUsage = Object.freeze({
  inputTokens: 0,
  outputTokens: 0,
  totalTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
});

export const NO_TOTALS: LlmTotals = Object.freeze({ calls: 0, usage: NO_USAGE, cost: 0, unpricedCalls: 0 });

/** Totals with one answer more. */
export function addAnswer(totals: LlmTotals, { usage, cost }: Pick<LlmAnswer, 'usage' | 'cost'>): LlmTotals {
  return {
    calls: totals.calls + 1,
    usage: addUsage(totals.usage, usage),
    cost: totals.cost + (cost ?? 0),
    unpricedCalls: totals.unpricedCalls + (cost === undefined ? 1 : 0),
  };
}

function addUsage(a: LlmUsage, b: LlmUsage): LlmUsage {
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    totalTokens: a.totalTokens + b.totalTokens,
    cachedInputTokens: a.cachedInputTokens + b.cachedInputTokens,
    cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
    reasoningTokens: a.reasoningTokens + b.reasoningTokens,
  };
}

/** The counts of a provider; some leave the sum, or all of them, out. */
export function toUsage(given: LanguageModelUsage): LlmUsage {
  const inputTokens = given.inputTokens ?? 0;
  const outputTokens = given.outputTokens ?? 0;
  return {
    inputTokens,
    outputTokens,
    totalTokens: given.totalTokens ?? inputTokens + outputTokens,
    cachedInputTokens: given.inputTokenDetails.cacheReadTokens ?? 0,
    cacheWriteTokens: given.inputTokenDetails.cacheWriteTokens ?? 0,
    reasoningTokens: given.outputTokenDetails.reasoningTokens ?? 0,
  };
}
