import type { LlmAnswer } from './answer.interface.js';

/** Which call something is about. Instance, step and attempt are undefined for a call outside of a workflow. */
export interface LlmCallFacts {
  /** Name of the call. */
  readonly call: string;
  readonly provider: string;
  readonly model: string;
  readonly instanceId: string | undefined;
  readonly stepId: string | undefined;
  /** From 1. */
  readonly attempt: number | undefined;
}

/** A piece of an answer that is being generated. */
export interface LlmTextDelta extends LlmCallFacts {
  readonly text: string;
}

/**
 * Is told what calls of this process are doing: for showing answers while they are generated, for measuring, for looking at what a provider
 * refused. What a method throws is logged and changes nothing.
 */
export interface LlmListener {
  /** A piece of text; its presence makes every call a streaming one. */
  onText?(delta: LlmTextDelta): void;
  /** An answer is complete, and in a workflow: recorded. */
  onAnswer?(facts: LlmCallFacts, answer: LlmAnswer): void;
  /** An attempt has failed. `error` is what the provider's package threw: it may hold the prompt, so do not log it as it is. */
  onFailure?(facts: LlmCallFacts, error: unknown): void;
}
