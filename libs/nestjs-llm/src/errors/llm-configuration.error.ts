import { LlmError } from './llm.error.js';

/** A call cannot be made as the application is configured: no model, a provider that is not known, a package or a key that is missing. */
export class LlmConfigurationError extends LlmError {
  static override readonly code = 'ROMANCY_LLM_CONFIGURATION';
  readonly code = LlmConfigurationError.code;
  readonly retryable = false;
}
