import type { LlmUsage } from '../interfaces/answer.interface.js';
import type { LlmPrice, RomancyLlmOptions } from '../interfaces/module-options.interface.js';

const MILLION = 1_000_000;

export interface PricedModel {
  readonly provider: string;
  /** As it was asked for, and as it answered: a provider may answer `gpt-x-2026-01-31` for `gpt-x`. */
  readonly names: readonly string[];
}

/** Cost of a call; undefined where no name of the model has a price. The price that counts is the one at the time of the call. */
export function costOf(
  prices: RomancyLlmOptions['prices'],
  { provider, names }: PricedModel,
  usage: LlmUsage,
): number | undefined {
  const keys = names.flatMap((name) => [`${provider}/${name}`, name]);
  const key = keys.find((candidate) => prices !== undefined && Object.hasOwn(prices, candidate));
  const price = key === undefined ? undefined : prices?.[key];
  return price && cost(price, usage);
}

function cost(price: LlmPrice, usage: LlmUsage): number {
  const { inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens } = usage;
  const plainTokens = Math.max(0, inputTokens - cachedInputTokens - cacheWriteTokens);
  return (
    (plainTokens * price.input +
      cachedInputTokens * (price.cachedInput ?? price.input) +
      cacheWriteTokens * (price.cacheWrite ?? price.input) +
      outputTokens * price.output) /
    MILLION
  );
}
