import type { ScriptedAnswer, ScriptedModel } from './script.js';

type Result = Awaited<ReturnType<ScriptedModel['doGenerate']>>;
type StreamResult = Awaited<ReturnType<ScriptedModel['doStream']>>;
type StreamPart = StreamResult['stream'] extends ReadableStream<infer P> ? P : never;

const INPUT_TOKENS = 10;
const OUTPUT_TOKENS = 5;

/** A scripted answer as a provider of the package `ai` gives it. */
export function toResult(answer: ScriptedAnswer, modelId: string): Result {
  return {
    content: [...textOf(answer), ...toolCallsOf(answer)],
    ...endOf(answer),
    warnings: [],
    response: { modelId, timestamp: new Date(0) },
  };
}

/** The same, word by word. */
export function toStream(answer: ScriptedAnswer, modelId: string): StreamResult {
  const words = textOf(answer).flatMap(({ text }) => text.split(/(?<= )/));
  const parts: StreamPart[] = [
    { type: 'stream-start', warnings: [] },
    { type: 'response-metadata', modelId, timestamp: new Date(0) },
    { type: 'text-start', id: '0' },
    ...words.map((delta): StreamPart => ({ type: 'text-delta', id: '0', delta })),
    { type: 'text-end', id: '0' },
    ...toolCallsOf(answer),
    { type: 'finish', ...endOf(answer) },
  ];
  return { stream: ReadableStream.from(parts) };
}

function textOf({ text, value }: ScriptedAnswer): { readonly type: 'text'; readonly text: string }[] {
  const said = text ?? (value === undefined ? '' : JSON.stringify(value));
  return said === '' ? [] : [{ type: 'text', text: said }];
}

function toolCallsOf({ toolCalls = [] }: ScriptedAnswer) {
  return toolCalls.map(({ name, input, id }, index) => ({
    type: 'tool-call' as const,
    toolCallId: id ?? `${name}-${index}`,
    toolName: name,
    input: typeof input === 'string' ? input : JSON.stringify(input),
  }));
}

function endOf({ finishReason, toolCalls = [], usage }: ScriptedAnswer): Pick<Result, 'finishReason' | 'usage'> {
  const reason = finishReason ?? (toolCalls.length > 0 ? 'tool-calls' : 'stop');
  const { inputTokens = INPUT_TOKENS, outputTokens = OUTPUT_TOKENS } = usage ?? {};
  return {
    finishReason: { unified: reason, raw: reason },
    usage: {
      inputTokens: { total: inputTokens, noCache: inputTokens, cacheRead: 0, cacheWrite: 0 },
      outputTokens: { total: outputTokens, text: outputTokens, reasoning: 0 },
    },
  };
}
