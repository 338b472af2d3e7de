import type { LlmFinishReason, LlmUsage } from '../interfaces/answer.interface.js';
import type { LlmFailureFacts } from './llm-provider.error.js';
import { LlmError } from './llm.error.js';

export interface LlmOutputFields {
  readonly facts: LlmFailureFacts;
  readonly problem: 'not-json' | 'not-the-schema' | 'cut-off' | 'refused';
  /** Where the value does not fit, for example `items[0].sku`; empty for the value itself and for what is no JSON.
   * Redacted, because keys of a record are the model's own words. */
  readonly paths: readonly string[];
  readonly finishReason: LlmFinishReason;
  /** What the answer has cost all the same. */
  readonly usage: LlmUsage;
}

const PROBLEMS: Record<LlmOutputFields['problem'], string> = {
  'not-json': 'is not JSON',
  'not-the-schema': 'does not fit the schema',
  'cut-off': 'was cut off at maxTokens before it was complete. Raise maxTokens',
  refused: 'was withheld by the filter of the provider. Change the prompt',
};

/**
 * The answer is not what the schema of the call asks for. It is tried again, because models do not answer the same twice; not when it was cut
 * off at `maxTokens` or withheld by a filter. The answer itself is not part of the error.
 */
export class LlmOutputError extends LlmError {
  static override readonly code = 'ROMANCY_LLM_OUTPUT';
  readonly code = LlmOutputError.code;
  readonly retryable: boolean;
  readonly problem: LlmOutputFields['problem'];
  readonly paths: readonly string[];

  constructor({ facts, problem, paths, finishReason, usage }: LlmOutputFields) {
    // Paths hold keys that the model has written: no text for logs.
    super(`The answer of ${facts.provider}/${facts.model} ${PROBLEMS[problem]}.`, {
      details: { provider: facts.provider, model: facts.model, problem, paths, finishReason, usage },
    });
    this.retryable = problem === 'not-json' || problem === 'not-the-schema';
    this.problem = problem;
    this.paths = paths;
  }
}
