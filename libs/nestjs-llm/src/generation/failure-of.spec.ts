import { MissingToolResultsError } from 'ai';
import { failureOf } from './failure-of.js';

const FACTS = { call: 'c', provider: 'p', model: 'm', instanceId: undefined, stepId: undefined, attempt: undefined };

describe('failureOf', () => {
  it('is for good where calls of tools have no results: the same conversation is refused each time', () => {
    const failure = failureOf(new MissingToolResultsError({ toolCallIds: ['1'] }), FACTS);
    expect(failure).toMatchObject({
      code: 'ROMANCY_LLM_PROVIDER',
      retryable: false,
      type: 'AI_MissingToolResultsError',
    });
  });

  it('is tried again where a connection broke', () => {
    expect(failureOf(new TypeError('fetch failed'), FACTS)).toMatchObject({ retryable: true, type: 'TypeError' });
  });
});
