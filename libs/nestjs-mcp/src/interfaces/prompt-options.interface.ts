import type { ValueSchema } from '@romancy/nestjs';
import type { GetPromptResult, PromptMessage } from '../sdk.js';

/** One argument of a prompt, where there is no schema. */
export interface McpPromptArgument {
  readonly name: string;
  readonly description?: string;
  /** Default false. */
  readonly required?: boolean;
}

/** Options of {@link McpPrompt}. */
export interface McpPromptOptions {
  /** What the prompt is for. */
  readonly description: string;
  /** Default: the method name. */
  readonly name?: string;
  /** For people. Default: none. */
  readonly title?: string;
  /** Schema of the arguments (an object of texts), or a list of them. They are checked before the method is called. Default: none. */
  readonly arguments?: ValueSchema | readonly McpPromptArgument[];
  /** Methods of the same class that propose values, by argument: `{ sku: 'skusLike' }`. They get what has been typed so far. */
  readonly complete?: Readonly<Record<string, string>>;
}

/** What a prompt may return: the text of one message of the user, messages, or all that the protocol has. */
export type McpPromptAnswer = string | readonly PromptMessage[] | GetPromptResult;
