import { judgeSchema, type Mistake, type ValueSchema } from '@romancy/nestjs';
import type { JsonSchema } from '../interfaces/json-schema.interface.js';
import { describeValue, type DescribedValue } from '../schema/described-value.js';
import * as messages from './mcp.messages.js';

export interface SchemaSource {
  readonly input?: ValueSchema;
  readonly output?: ValueSchema;
  readonly inputSchema?: JsonSchema;
  readonly outputSchema?: JsonSchema;
}

/** Reads a schema of a declaration, or reports why that cannot be. */
export async function readSchema(
  where: string,
  option: 'input' | 'output',
  source: SchemaSource,
  mistakes: Mistake[],
): Promise<DescribedValue | undefined> {
  const judged = await judgeSchema(where, option, source[option]);
  mistakes.push(...judged);
  if (judged.length > 0) return undefined;
  try {
    return await describeValue(option, source[option], source[`${option}Schema`]);
  } catch (error) {
    mistakes.push(messages.UNUSABLE_SCHEMA(where, option, error instanceof Error ? error.message : String(error)));
    return undefined;
  }
}

/** As {@link readSchema}, where the protocol asks for an object. */
export async function readObjectSchema(...args: Parameters<typeof readSchema>): Promise<DescribedValue | undefined> {
  const [where, option, , mistakes] = args;
  const described = await readSchema(...args);
  if (!described || described.json['type'] === 'object') return described;
  mistakes.push(messages.NOT_AN_OBJECT(where, option));
  return undefined;
}
