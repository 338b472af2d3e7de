import { InvalidToolInputError, NoSuchToolError } from 'ai';
import type { LlmToolCall } from '../interfaces/message.interface.js';
import type { GeneratedToolCall } from './generate.js';

/** A call of a tool as it is recorded: already judged, so that a replay judges nothing again. */
export function toToolCall({ toolCallId, toolName, input, invalid, error }: GeneratedToolCall): LlmToolCall {
  const call = { id: toolCallId, name: toolName, input };
  return invalid === true ? { ...call, problem: problemOf(error) } : call;
}

/** For the model, which then tries something else. */
function problemOf(error: unknown): string {
  if (NoSuchToolError.isInstance(error)) {
    return `There is no such tool. There are: ${(error.availableTools ?? []).join(', ')}.`;
  }
  if (InvalidToolInputError.isInstance(error)) {
    const { cause } = error;
    return `The input does not fit the schema of the tool: ${cause instanceof Error ? cause.message.slice(0, 1000) : 'no JSON'}`;
  }
  return 'The tool cannot be called with this.';
}
