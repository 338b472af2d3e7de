import type { LlmFailureFacts } from './llm-provider.error.js';
import { LlmError } from './llm.error.js';

/** One attempt took longer than its `timeout`. It was aborted and is tried again. */
export class LlmTimeoutError extends LlmError {
  static override readonly code = 'ROMANCY_LLM_TIMEOUT';
  readonly code = LlmTimeoutError.code;
  /** Milliseconds. */
  readonly timeout: number;

  constructor({ provider, model }: LlmFailureFacts, timeout: number) {
    super(
      `${provider}/${model} did not answer within ${timeout} ms. Raise the option timeout, or ask for less (maxTokens).`,
      {
        details: { provider, model, timeout },
      },
    );
    this.timeout = timeout;
  }
}
