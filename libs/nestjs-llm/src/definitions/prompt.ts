import { LlmConfigurationError } from '../errors/llm-configuration.error.js';
import type { LlmMessage } from '../interfaces/message.interface.js';
import { toMessages } from './to-messages.js';

const prompts = new WeakMap<Promise<never>, readonly LlmMessage[]>();

/**
 * What a method marked `@DurableCall()` returns: the prompt, in place of the answer that its callers get. Anywhere else the promise rejects.
 *
 * @throws LlmConfigurationError (rejects) where no `@DurableCall()` takes it up.
 */
export function prompt(text: string | readonly LlmMessage[]): Promise<never> {
  const untaken = Promise.reject(
    new LlmConfigurationError(
      'prompt() was used outside a method marked @DurableCall(), or in one that is async. Return it as it is, from a method that is not async.',
    ),
  );
  untaken.catch(() => undefined);
  prompts.set(untaken, toMessages(text));
  return untaken;
}

export function messagesOf(returned: Promise<unknown>): readonly LlmMessage[] | undefined {
  return prompts.get(returned as Promise<never>);
}
