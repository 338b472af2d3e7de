import type { Mistake } from '@romancy/nestjs';
import type { CataloguePrompt, Completion } from '../catalogue/catalogue.js';
import { argumentsOf, enumerated, promptResult, schemaOfArguments } from '../catalogue/prompt.js';
import type { McpPromptAnswer, McpPromptArgument, McpPromptOptions } from '../interfaces/prompt-options.interface.js';
import { issueText } from '../schema/issues.js';
import { ErrorCode, McpError } from '../sdk.js';
import { bound, completionsOf } from './bound-method.js';
import type { FoundMember } from './mcp.explorer.js';
import { readObjectSchema, type SchemaSource } from './schema-reader.js';
import { NOTHING } from './tool-builder.js';

/** The prompt of a decorated method. */
export async function buildPrompt(found: FoundMember<McpPromptOptions>, mistakes: Mistake[]): Promise<CataloguePrompt> {
  const { where, method, options } = found;
  const { name = method, title, description, arguments: declared } = options;
  const input = (await readObjectSchema(where, 'input', sourceOf(declared), mistakes)) ?? NOTHING;
  const list = isList(declared) ? [...declared] : argumentsOf(input.json);
  const enumerations = list.map((argument): [string, Completion] => [
    argument.name,
    async (value) => enumerated(input, argument.name).filter((item) => item.startsWith(value)),
  ]);
  const call = bound(found);
  return {
    definition: { name, ...(title === undefined ? {} : { title }), description, arguments: list },
    completions: new Map([...enumerations, ...completionsOf(found, mistakes)]),
    get: async (args, ctx) => {
      const checked = await input.check(args);
      if (!checked.issues) return promptResult(description, (await call(checked.value, ctx)) as McpPromptAnswer);
      const problem = issueText(checked.issues);
      throw new McpError(ErrorCode.InvalidParams, `The arguments of ${name} are refused: ${problem}.`);
    },
  };
}

function sourceOf(declared: McpPromptOptions['arguments']): SchemaSource {
  if (isList(declared)) return { inputSchema: schemaOfArguments(declared) };
  return declared === undefined ? {} : { input: declared };
}

function isList(declared: McpPromptOptions['arguments']): declared is readonly McpPromptArgument[] {
  return Array.isArray(declared);
}
