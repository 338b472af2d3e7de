import type { LiveCall } from '../calls/live-call.js';
import type { RecordedCall } from '../calls/recorded-call.js';
import { LlmOutputError } from '../errors/llm-output.error.js';
import type { LlmAnswer } from '../interfaces/answer.interface.js';
import type { LlmCallFacts } from '../interfaces/listener.interface.js';
import type { RomancyLlmOptions } from '../interfaces/module-options.interface.js';
import type { Redactor } from '../redaction/redactor.js';
import { costOf } from '../usage/prices.js';
import { toUsage } from '../usage/usage.js';
import type { Generated } from './generate.js';
import { readValue } from './structured-output.js';
import { toToolCall } from './tool-calls.js';

export interface AnswerParts {
  readonly call: LiveCall;
  readonly facts: LlmCallFacts;
  readonly generated: Generated;
  readonly redactor: Redactor;
  readonly options: RomancyLlmOptions;
}

/** What is stored of an answer: judged, priced, redacted. */
export async function recordedCall(parts: AnswerParts): Promise<RecordedCall> {
  const { call, generated, redactor, options } = parts;
  const asksForTools = call.options.toolChoice !== 'none' && generated.toolCalls.length > 0;
  const value = call.schema === undefined || asksForTools ? undefined : await parsed(parts, call.schema);
  return {
    answer: answerOf(parts),
    ...(value === undefined ? {} : { parsed: { value: redactor.value(value.value, 'value') } }),
    ...(options.recordPrompts === false ? {} : { prompt: promptOf(call, redactor) }),
  };
}

function answerOf({ facts, generated, redactor, options }: AnswerParts): LlmAnswer {
  const { provider, model } = facts;
  const usage = toUsage(generated.usage);
  const answered = generated.modelId === undefined || generated.modelId === '' ? model : generated.modelId;
  const cost = costOf(options.prices, { provider, names: [model, answered] }, usage);
  return {
    text: redactor.text(generated.text, 'answer'),
    model: answered,
    provider,
    finishReason: generated.finishReason,
    usage,
    ...(cost === undefined ? {} : { cost }),
    toolCalls: redactor.toolCalls(generated.toolCalls.map(toToolCall)),
    // What the package adds about tools that could not be called is for the tool loop to say.
    messages: redactor.messages(
      generated.messages.filter(({ role }) => role === 'assistant'),
      'answer',
    ),
  };
}

async function parsed(
  { facts, generated, redactor }: AnswerParts,
  schema: NonNullable<LiveCall['schema']>,
): Promise<{ value: unknown }> {
  const { finishReason } = generated;
  const read = await readValue(generated.text, schema);
  if (read.ok) return { value: read.value };
  const cutShort = finishReason === 'length' ? 'cut-off' : finishReason === 'content-filter' ? 'refused' : undefined;
  const { provider, model } = facts;
  throw new LlmOutputError({
    facts: { provider, model },
    problem: cutShort ?? read.problem,
    paths: read.paths.map((path) => redactor.text(path, 'value')),
    finishReason,
    usage: toUsage(generated.usage),
  });
}

function promptOf({ options, messages, newFrom }: LiveCall, redactor: Redactor): NonNullable<RecordedCall['prompt']> {
  const { system } = options;
  return {
    ...(system === undefined ? {} : { system: redactor.text(system, 'system') }),
    messages: redactor.messages(messages.slice(newFrom), 'prompt'),
  };
}
