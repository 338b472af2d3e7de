import { LlmError } from './llm.error.js';

/** What a provider's answer told, without a word of the prompt. */
export interface LlmFailureFacts {
  readonly provider: string;
  readonly model: string;
  /** HTTP status; undefined where there was no answer. */
  readonly status?: number;
  /** The provider's own code, for example `overloaded_error` or `model_not_found`. */
  readonly type?: string;
  /** For the provider's support. */
  readonly requestId?: string;
}

/**
 * The provider refused a call, failed, or could not be reached. Status 408, 409 and 5xx and broken connections are tried again
 * (`retryable` is true), other refusals are not.
 */
export class LlmProviderError extends LlmError {
  static override readonly code = 'ROMANCY_LLM_PROVIDER';
  readonly code = LlmProviderError.code;
  readonly retryable: boolean;
  readonly status: number | undefined;
  readonly type: string | undefined;
  /** Milliseconds, where the provider asked for a pause. */
  readonly retryAfter?: number;

  constructor(facts: LlmFailureFacts, retryable: boolean, retryAfter?: number) {
    super(
      `${describe(facts)}. ${retryable ? 'It is tried again as the retry policy says.' : 'Trying again cannot help: check the options of the call.'} ` +
        `What the provider said is handed to the listener (onFailure), not stored.`,
      { details: { ...facts } },
    );
    this.retryable = retryable;
    this.status = facts.status;
    this.type = facts.type;
    if (retryAfter !== undefined) this.retryAfter = retryAfter;
  }
}

/** `anthropic/claude-x answered 400 (invalid_request_error)`, or what else became of the call. */
export function describe({ provider, model, status, type }: LlmFailureFacts): string {
  const said = type === undefined ? '' : ` (${type})`;
  return status === undefined
    ? `The call of ${provider}/${model} broke off${said}`
    : `${provider}/${model} answered ${status}${said}`;
}
