import type { Duration } from '@romancy/core';
import type { LlmTextDelta } from './listener.interface.js';
import type { LlmTool, LlmToolChoice } from './tool.interface.js';

type Json = null | string | number | boolean | readonly Json[] | { readonly [key: string]: Json };

/** Options of one call, of a definition, or of all calls of an application. A field that is undefined counts as not given. */
export interface LlmOptions {
  /** `anthropic`, `openai`, `gemini`, or a name in the module's `providers`. */
  readonly provider?: string | undefined;
  /** Name of the model, as its provider knows it. */
  readonly model?: string | undefined;
  /** Longest answer in tokens. Default that of the provider. */
  readonly maxTokens?: number | undefined;
  /** How much chance there is in an answer: 0 for as little as possible; the upper end is the provider's. Give this or `topP`. */
  readonly temperature?: number | undefined;
  /** From 0 to 1: only the likeliest tokens that make up this share are drawn from. */
  readonly topP?: number | undefined;
  /** Only so many of the likeliest tokens are drawn from. */
  readonly topK?: number | undefined;
  /** The same seed asks for the same answer; no provider promises it. */
  readonly seed?: number | undefined;
  /** The system message. */
  readonly system?: string | undefined;
  /** Texts at which the answer ends. */
  readonly stopSequences?: readonly string[] | undefined;
  /** Tools that the model may ask for. Nothing calls them but a {@link DurableAgent}: look at `toolCalls` of the answer. */
  readonly tools?: readonly LlmTool[] | undefined;
  /** Default `'auto'`. */
  readonly toolChoice?: LlmToolChoice | undefined;
  /** Longest time for one attempt. Default `'10m'`. */
  readonly timeout?: Duration | undefined;
  /** Passed on to the provider, under its name: `{ anthropic: { thinking: … } }`. */
  readonly providerOptions?: Readonly<Record<string, Readonly<Record<string, Json>>>> | undefined;
}

/** Options of one call. */
export interface LlmCallOptions extends LlmOptions {
  /** What the call is known by in history and logs. Default the kind of call. */
  readonly name?: string | undefined;
  /**
   * Is handed the text while it is being generated, in the process that makes the call; never in a replay. A further attempt starts from the
   * beginning. The complete text is recorded.
   */
  readonly onText?: ((delta: LlmTextDelta) => void) | undefined;
  /** Aborts the call, where it is made outside of a workflow. In a workflow the attempt's own signal is used as well. */
  readonly signal?: AbortSignal | undefined;
}
