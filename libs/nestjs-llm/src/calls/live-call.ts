import type { LlmCallOptions } from '../interfaces/call-options.interface.js';
import type { LlmMessage } from '../interfaces/message.interface.js';
import type { LlmSchema } from '../interfaces/schema.interface.js';

/** A call as it is made: with what can be stored and what cannot (schemas, functions). It lives in memory only. */
export interface LiveCall {
  /** Name of the call. */
  readonly name: string;
  /** Of definition and call, merged. What they leave open is filled in where the call is made, so that new defaults change no history. */
  readonly options: LlmCallOptions;
  readonly messages: readonly LlmMessage[];
  /** Where the messages begin that no earlier call of the conversation has recorded. */
  readonly newFrom: number;
  /** The answer is to be JSON that fits it. */
  readonly schema: LlmSchema | undefined;
}

/** The recorded argument of a call: neither prompt nor key, so that the engine may show it when it explains a difference. */
export interface CallReference {
  readonly call: string;
  /** Number of the call within the run; finds the live one. */
  readonly ref: number;
  /** Changes when the call does. */
  readonly digest: string;
}
