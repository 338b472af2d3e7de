import type { ToolContent } from 'ai';
import type { LlmMessage, LlmToolCall } from '../interfaces/message.interface.js';
import type { RunnableTool } from './tools-of.js';

type ToolResult = Extract<ToolContent[number], { type: 'tool-result' }>;

/**
 * Calls the tools that an answer asks for, side by side, and answers the message that tells the model what came of it. A tool that fails for
 * good is reported to the model, which may try something else.
 */
export async function toolResults<Deps>(
  calls: readonly LlmToolCall[],
  tools: readonly RunnableTool<Deps>[],
  deps: Deps,
): Promise<LlmMessage> {
  const content = await Promise.all(
    calls.map(async (call): Promise<ToolResult> => {
      const output = await resultOf(call, tools, deps);
      return { type: 'tool-result', toolCallId: call.id, toolName: call.name, output };
    }),
  );
  return { role: 'tool', content };
}

/** Results of calls that are not made any more: providers refuse a conversation that leaves a call without one. */
export function unansweredCalls(calls: readonly LlmToolCall[]): LlmMessage {
  const output: ToolResult['output'] = {
    type: 'error-text',
    value: 'Not called: the limit of tool rounds is reached.',
  };
  return {
    role: 'tool',
    content: calls.map(({ id, name }) => ({ type: 'tool-result', toolCallId: id, toolName: name, output })),
  };
}

async function resultOf<Deps>(
  { name, input, problem }: LlmToolCall,
  tools: readonly RunnableTool<Deps>[],
  deps: Deps,
): Promise<ToolResult['output']> {
  const tool = tools.find((candidate) => candidate.name === name);
  if (problem !== undefined) return { type: 'error-text', value: problem };
  if (!tool) return { type: 'error-text', value: 'There is no such tool.' };
  try {
    return outputOf(await tool.run(input, deps));
  } catch (error) {
    return { type: 'error-text', value: messageOf(error) };
  }
}

function outputOf(result: unknown): ToolResult['output'] {
  if (typeof result === 'string') return { type: 'text', value: result };
  // As the model reads it: dates become texts, and nothing becomes null.
  const text = JSON.stringify(result, bigintAsText) as string | undefined;
  return { type: 'json', value: text === undefined ? null : (JSON.parse(text) as null) };
}

function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

/** What the tool itself said, rather than that its attempts are used up. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
