import type { McpPromptAnswer, McpPromptArgument } from '../interfaces/prompt-options.interface.js';
import type { DescribedValue } from '../schema/described-value.js';
import type { JsonSchema } from '../interfaces/json-schema.interface.js';
import type { GetPromptResult, PromptMessage } from '../sdk.js';

/** The arguments of a prompt as an object schema describes them. */
export function argumentsOf(json: JsonSchema): McpPromptArgument[] {
  const required = (json['required'] ?? []) as readonly string[];
  return Object.entries((json['properties'] ?? {}) as Record<string, JsonSchema>).map(([name, { description }]) => ({
    name,
    ...(typeof description === 'string' ? { description } : {}),
    required: required.includes(name),
  }));
}

/** The object schema of a list of arguments: prompts take texts only. */
export function schemaOfArguments(list: readonly McpPromptArgument[]): JsonSchema {
  return {
    type: 'object',
    properties: Object.fromEntries(list.map(({ name, description }) => [name, { type: 'string', description }])),
    required: list.filter((argument) => argument.required === true).map(({ name }) => name),
  };
}

/** Values of an argument that its schema enumerates. */
export function enumerated({ json }: DescribedValue, argument: string): readonly string[] {
  const property = ((json['properties'] ?? {}) as Record<string, JsonSchema>)[argument];
  const values: unknown = property?.['enum'];
  return Array.isArray(values) ? values.filter((value): value is string => typeof value === 'string') : [];
}

/** What a prompt has returned, as the protocol has it. */
export function promptResult(description: string, answer: McpPromptAnswer): GetPromptResult {
  if (typeof answer === 'string') {
    return { description, messages: [{ role: 'user', content: { type: 'text', text: answer } }] };
  }
  return 'messages' in answer
    ? { description, ...answer }
    : { description, messages: [...(answer as PromptMessage[])] };
}
