import type { Mistake } from '@romancy/nestjs';
import type { ToolPlan } from '../catalogue/tool.js';
import type { McpToolOptions } from '../interfaces/tool-options.interface.js';
import { describedBy } from '../schema/described-value.js';
import { bound } from './bound-method.js';
import type { FoundMember } from './mcp.explorer.js';
import { readObjectSchema } from './schema-reader.js';

/** Of a tool or prompt without arguments. */
export const NOTHING = describedBy({ type: 'object', properties: {}, additionalProperties: false });

/** The tool of a decorated method. */
export async function buildTool(
  found: FoundMember<McpToolOptions>,
  prefix: string,
  mistakes: Mistake[],
): Promise<ToolPlan> {
  const { where, method, options } = found;
  const { name = method, title, description, annotations } = options;
  const call = bound(found);
  return {
    name: prefix + name,
    title,
    description,
    annotations,
    input: (await readObjectSchema(where, 'input', options, mistakes)) ?? NOTHING,
    output: await readObjectSchema(where, 'output', options, mistakes),
    run: (args, ctx) => call(args, ctx),
  };
}
