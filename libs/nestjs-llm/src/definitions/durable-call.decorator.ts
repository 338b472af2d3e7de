import type { LlmAnswer, LlmParsedAnswer } from '../interfaces/answer.interface.js';
import type { LlmOptions } from '../interfaces/call-options.interface.js';
import type { InferValue, LlmSchema } from '../interfaces/schema.interface.js';
import type { Llm } from '../llm.js';
import { messagesOf } from './prompt.js';
import { callWith } from './to-messages.js';

/** Options of {@link DurableCall}. */
export interface DurableCallOptions<S extends LlmSchema | undefined = undefined> extends LlmOptions {
  /** What the call is known by in history and logs. Default the name of the method. */
  readonly name?: string;
  /** Schema of the answer's `value`. */
  readonly schema?: S;
}

type Answer<S> = S extends LlmSchema ? LlmParsedAnswer<InferValue<S>> : LlmAnswer;

/**
 * Makes a method a call of a model: it returns the {@link prompt}, its callers get the answer. The class holds `llm`. The method runs in the code
 * of the workflow, so it must be deterministic, and it is not `async`.
 *
 * @example
 * ```ts
 * @Injectable()
 * export class TicketCalls {
 *   constructor(readonly llm: Llm) {}
 *
 *   @DurableCall({ system: 'You write for busy people.', maxTokens: 100 })
 *   summarise(ticket: string): Promise<LlmAnswer> {
 *     return prompt(`Summarise this ticket:\n\n${ticket}`);
 *   }
 *
 *   @DurableCall({ schema: Triage, temperature: 0 })
 *   triage(ticket: string): Promise<LlmParsedAnswer<z.infer<typeof Triage>>> {
 *     return prompt(ticket);
 *   }
 * }
 * ```
 */
export function DurableCall<S extends LlmSchema | undefined = undefined>(
  options: DurableCallOptions<S> = {},
): <T extends { readonly llm: Llm }, F extends (...args: never[]) => Promise<Answer<S>>>(
  target: T,
  method: string,
  descriptor: TypedPropertyDescriptor<F>,
) => void {
  const { schema, ...layer } = options;
  return (_target, method, descriptor) => {
    const original = descriptor.value as ((this: unknown, ...args: unknown[]) => Promise<unknown>) | undefined;
    if (!original) return;
    const replaced = function (this: { readonly llm: Llm }, ...args: unknown[]): Promise<unknown> {
      const returned = original.apply(this, args);
      const messages = messagesOf(returned);
      // A method that asks no model, for example one that a subclass has overridden, answers by itself.
      if (!messages) return returned;
      return callWith(this.llm, schema, messages, { ...layer, name: options.name ?? method });
    };
    Object.defineProperty(replaced, 'name', { value: method });
    Object.defineProperty(descriptor, 'value', { value: replaced });
  };
}
