import { describe, type LlmFailureFacts } from './llm-provider.error.js';
import { LlmError } from './llm.error.js';

/** The provider has had enough calls for now (429). The next attempt waits as long as it asked for, or as the retry policy says. */
export class LlmRateLimitError extends LlmError {
  static override readonly code = 'ROMANCY_LLM_RATE_LIMIT';
  readonly code = LlmRateLimitError.code;
  /** Milliseconds, where the provider asked for a pause. */
  readonly retryAfter?: number;

  constructor(facts: LlmFailureFacts, retryAfter?: number) {
    const pause = retryAfter === undefined ? 'It named no time' : `It asks to wait ${Math.ceil(retryAfter / 1000)} s`;
    super(
      `${describe(facts)}. ${pause}. Lower maxConcurrentActivities, raise the limit, or allow more attempts (option retry).`,
      {
        details: { ...facts, ...(retryAfter === undefined ? {} : { retryAfter }) },
      },
    );
    if (retryAfter !== undefined) this.retryAfter = retryAfter;
  }
}
