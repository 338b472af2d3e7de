import { z } from 'zod';
import { LlmOutputError } from '../errors/llm-output.error.js';
import { Redactor } from '../redaction/redactor.js';
import { recordedCall, type AnswerParts } from './recorded-answer.js';

const facts = { call: 'c', provider: 'p', model: 'm', instanceId: undefined, stepId: undefined, attempt: undefined };

const answered = (text: string): AnswerParts => ({
  call: {
    name: 'c',
    options: {},
    messages: [],
    newFrom: 0,
    schema: z.object({ by: z.record(z.string(), z.number()) }),
  },
  facts,
  generated: {
    text,
    finishReason: 'stop',
    usage: { inputTokenDetails: {}, outputTokenDetails: {} } as AnswerParts['generated']['usage'],
    toolCalls: [],
    modelId: 'm',
    messages: [],
  },
  redactor: new Redactor((it) => it.replaceAll(/[\w+-]+@[\w-]+/g, '[e-mail]')),
  options: {},
});

describe('recordedCall', () => {
  it('shows nothing in an error of keys that the model has written', async () => {
    const error: unknown = await recordedCall(answered('{"by":{"ada@example":"x"}}')).catch((it: unknown) => it);
    expect(error).toBeInstanceOf(LlmOutputError);
    expect(error).toMatchObject({
      message: 'The answer of p/m does not fit the schema.',
      paths: ['by.[e-mail]'],
      details: { paths: ['by.[e-mail]'] },
    });
  });

  it('redacts keys that are no names of fields, and keeps them apart', async () => {
    const { parsed } = await recordedCall(answered('{"by":{"ada@example":1,"bob@example":2,"name":3}}'));
    expect(parsed?.value).toEqual({ by: { '[e-mail]': 1, '[e-mail] (2)': 2, name: 3 } });
  });
});
