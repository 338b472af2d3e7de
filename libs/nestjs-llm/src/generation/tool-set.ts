import { tool, type FlexibleSchema, type ToolChoice, type ToolSet } from 'ai';
import { LlmConfigurationError } from '../errors/llm-configuration.error.js';
import type { LlmTool, LlmToolChoice } from '../interfaces/tool.interface.js';
import { describable } from './structured-output.js';

/** What all three providers accept. */
const TOOL_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

/** Tools without a body: the package hands back what the model asks for, and runs nothing. */
export function toolSetOf(tools: readonly LlmTool[]): ToolSet {
  const set: ToolSet = {};
  for (const { name, description, input } of tools) {
    if (!TOOL_NAME.test(name))
      refuse(name, 'is no name of a tool: letters, digits, _ and -, at most 64, a letter first');
    if (Object.hasOwn(set, name)) refuse(name, 'is the name of two tools');
    set[name] = tool({ description, inputSchema: describable(input, `tool ${name}`) as FlexibleSchema });
  }
  return set;
}

export function toolChoiceOf(choice: LlmToolChoice | undefined): ToolChoice<ToolSet> | undefined {
  return typeof choice === 'object' ? { type: 'tool', toolName: choice.tool } : choice;
}

function refuse(name: string, problem: string): never {
  throw new LlmConfigurationError(`"${name}" ${problem}.`, { details: { tool: name } });
}
