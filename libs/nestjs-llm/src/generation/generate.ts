import { generateText, streamText, type LanguageModel, type ModelMessage, type ProviderMetadata } from 'ai';
import type { FinishReason, LanguageModelUsage } from 'ai';
import type { LiveCall } from '../calls/live-call.js';
import type { LlmCallOptions } from '../interfaces/call-options.interface.js';
import { mergeOptions } from '../options/merge-options.js';
import { outputOf } from './structured-output.js';
import { toolChoiceOf, toolSetOf } from './tool-set.js';

/** What a model has answered, in the terms of the package `ai`. */
export interface Generated {
  readonly text: string;
  readonly finishReason: FinishReason;
  readonly usage: LanguageModelUsage;
  readonly toolCalls: readonly GeneratedToolCall[];
  readonly modelId: string | undefined;
  readonly messages: readonly ModelMessage[];
}

export interface GeneratedToolCall {
  readonly toolCallId: string;
  readonly toolName: string;
  readonly input: unknown;
  readonly invalid?: boolean | undefined;
  readonly error?: unknown;
  readonly providerMetadata?: ProviderMetadata | undefined;
}

/** One request: no retries of the package's own, no tool is run. */
export async function generate(
  call: LiveCall,
  model: Exclude<LanguageModel, string>,
  abortSignal: AbortSignal,
  onText: ((text: string) => void) | undefined,
): Promise<Generated> {
  const request = {
    ...settingsOf(call.options),
    ...formOf(call),
    model,
    abortSignal,
    maxRetries: 0,
    messages: [...call.messages],
  };
  if (!onText) {
    const { text, finishReason, usage, toolCalls, response } = await generateText(request);
    return { text, finishReason, usage, toolCalls, modelId: response.modelId, messages: response.messages };
  }
  // Without onError the package writes failures, prompts included, to the console.
  const stream = streamText({ ...request, onError: () => undefined });
  for await (const part of stream.fullStream) {
    if (part.type === 'error') throw part.error;
    if (part.type === 'abort') throw abortSignal.reason;
    if (part.type === 'text-delta') onText(part.text);
  }
  const [text, finishReason, usage, toolCalls, response, raw] = await Promise.all([
    stream.text,
    stream.finishReason,
    stream.usage,
    stream.toolCalls,
    stream.response,
    stream.rawFinishReason,
  ]);
  if (raw === undefined && finishReason === 'other') throw new UnfinishedStreamError();
  return { text, finishReason, usage, toolCalls, modelId: response.modelId, messages: response.messages };
}

/** The connection was closed before the provider said that it had finished. */
export class UnfinishedStreamError extends Error {
  override readonly name = 'UnfinishedStreamError';
}

function settingsOf(options: LlmCallOptions): object {
  const { maxTokens, temperature, topP, topK, seed, system, stopSequences, providerOptions } = options;
  return mergeOptions({
    maxOutputTokens: maxTokens,
    temperature,
    topP,
    topK,
    seed,
    system,
    stopSequences: stopSequences && [...stopSequences],
    providerOptions,
  });
}

function formOf({ name, options, schema }: LiveCall): object {
  const { tools } = options;
  return mergeOptions({
    tools: tools && toolSetOf(tools),
    toolChoice: tools && toolChoiceOf(options.toolChoice),
    output: schema && outputOf(schema, name),
  });
}
