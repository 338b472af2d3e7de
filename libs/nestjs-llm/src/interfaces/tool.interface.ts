import type { LlmSchema } from './schema.interface.js';

/** A tool as the model sees it. */
export interface LlmTool {
  /** Letters, digits, `_` and `-`, at most 64. */
  readonly name: string;
  /** Tells the model what it does and when to use it. */
  readonly description: string;
  /** Schema of its input, an object. */
  readonly input: LlmSchema;
}

/** Whether the model may, must or must not ask for a tool, or for which one. */
export type LlmToolChoice = 'auto' | 'required' | 'none' | { readonly tool: string };
