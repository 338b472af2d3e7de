import type { RetryPolicy } from '@romancy/core';
import type { LlmOptions } from './call-options.interface.js';
import type { LlmListener } from './listener.interface.js';
import type { LlmProviders } from './provider.interface.js';

/** Price of a model, for a million tokens each, in a currency of your choice. */
export interface LlmPrice {
  readonly input: number;
  readonly output: number;
  /** Input that came out of the provider's cache. Default `input`. */
  readonly cachedInput?: number;
  /** Input that was written to the provider's cache. Default `input`. */
  readonly cacheWrite?: number;
}

/** Which part of a call a text belongs to. */
export type LlmRecordedPart = 'system' | 'prompt' | 'answer' | 'reasoning' | 'tool-call' | 'value';

/**
 * Options of {@link RomancyLlmModule.forRoot}.
 *
 * @example
 * ```ts
 * const options: RomancyLlmOptions = {
 *   defaults: { provider: 'anthropic', model: 'claude-sonnet-4-5', maxTokens: 1024 },
 *   prices: { 'claude-sonnet-4-5': { input: 3, output: 15 } },
 *   redact: (text) => text.replaceAll(/[\w.+-]+@[\w.-]+/g, '[e-mail]'),
 * };
 * ```
 */
export interface RomancyLlmOptions {
  /** What calls and definitions leave open. A `provider` here is checked at the start: its package and its key must be there. */
  readonly defaults?: LlmOptions;
  /** Addresses, keys and further providers. Default: the three known ones, with keys from the environment. */
  readonly providers?: LlmProviders;
  /**
   * When an attempt is repeated. Default 8 attempts, from 1 s on, doubling to at most 30 s; a provider that names a time (`Retry-After`) is
   * given it.
   */
  readonly retry?: RetryPolicy;
  /** By the name of the model, or `provider/model`. */
  readonly prices?: Readonly<Record<string, LlmPrice>>;
  /**
   * Changes every text before it is stored: of prompts, which are sent as they are, and of answers, which the workflow then sees as they are
   * stored; also keys of objects that cannot be names of fields. Must be pure: the same text, the same answer. When it throws, the call fails
   * for good.
   */
  readonly redact?: (text: string, part: LlmRecordedPart) => string;
  /** Keep the prompts with the answers in history. Default true. */
  readonly recordPrompts?: boolean;
  readonly listener?: LlmListener;
}

/** Provides the options where {@link RomancyLlmModule.forRootAsync} is given `useClass` or `useExisting`. */
export interface RomancyLlmOptionsFactory {
  createRomancyLlmOptions(): RomancyLlmOptions | Promise<RomancyLlmOptions>;
}
