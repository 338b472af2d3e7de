import type { LlmAnswer, LlmParsedAnswer } from '../interfaces/answer.interface.js';
import type { LlmCallOptions, LlmOptions } from '../interfaces/call-options.interface.js';
import type { LlmMessage } from '../interfaces/message.interface.js';
import type { InferValue, LlmSchema } from '../interfaces/schema.interface.js';
import type { Llm } from '../llm.js';
import { mergeOptions } from '../options/merge-options.js';
import { callWith, toMessages } from './to-messages.js';

/** A call that is defined once: its prompt, its options, and the schema of its value if it has one. */
export interface DurableCallDefinition<
  Args extends readonly unknown[],
  S extends LlmSchema | undefined,
> extends LlmOptions {
  /** What the call is known by in history and logs. */
  readonly name: string;
  readonly schema?: S;
  /** Builds the prompt. Runs in the code of the workflow, so it must be deterministic. */
  readonly prompt: (...args: Args) => string | readonly LlmMessage[];
}

/** What a defined call answers: with a `value` where it has a schema. */
export type DurableAnswer<S extends LlmSchema | undefined> = S extends LlmSchema
  ? LlmParsedAnswer<InferValue<S>>
  : LlmAnswer;

/** A defined call: `await summarise(this.llm, text)`. */
export interface DurableCallFunction<Args extends readonly unknown[], S extends LlmSchema | undefined> {
  (llm: Llm, ...args: Args): Promise<DurableAnswer<S>>;
  /** The same with other options, which are stronger than those of the definition. */
  with(options: LlmCallOptions): DurableCallFunction<Args, S>;
}

/**
 * Defines a call to be used in several places.
 *
 * @example
 * ```ts
 * const classify = defineDurableCall({
 *   name: 'classify',
 *   temperature: 0,
 *   schema: z.object({ topic: z.enum(['billing', 'delivery', 'other']) }),
 *   prompt: (ticket: string) => `What is this ticket about?\n\n${ticket}`,
 * });
 *
 * const { value } = await classify(this.llm, ticket.text);
 * const cheaper = await classify.with({ model: 'claude-haiku-4-5' })(this.llm, ticket.text);
 * ```
 */
export function defineDurableCall<Args extends readonly unknown[], S extends LlmSchema | undefined = undefined>(
  definition: DurableCallDefinition<Args, S>,
): DurableCallFunction<Args, S> {
  const { prompt, schema, ...options } = definition;
  const layered = (own: LlmCallOptions): DurableCallFunction<Args, S> => {
    const make = async (llm: Llm, ...args: Args): Promise<DurableAnswer<S>> => {
      const messages = toMessages(prompt(...args));
      return (await callWith(llm, schema, messages, options, own)) as DurableAnswer<S>;
    };
    return Object.assign(make, { with: (more: LlmCallOptions) => layered(mergeOptions<LlmCallOptions>(own, more)) });
  };
  return layered({});
}
