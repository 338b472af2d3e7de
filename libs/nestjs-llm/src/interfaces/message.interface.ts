import type { ModelMessage } from 'ai';

/**
 * One message of a conversation, in the plain form of the package `ai`: `{ role: 'user', content: 'Hello' }`, answers of the assistant, results
 * of tools; contents may hold images and files. Plain data that can be kept in a workflow.
 */
export type LlmMessage = ModelMessage;

/** A call of a tool that the model asks for. */
export interface LlmToolCall {
  /** Given by the provider; the tool's result refers to it. */
  readonly id: string;
  /** Name of the tool. */
  readonly name: string;
  /** Checked against the tool's schema, unless there is a `problem`. */
  readonly input: unknown;
  /** Why the tool cannot be called with this: no such tool, no JSON, or not what its schema asks for. A text for the model. */
  readonly problem?: string;
}
