import type { FoundWorkflow } from '../discovery/found.js';
import type { Mistake } from '../discovery/mistake.js';
import { isStandardSchema } from './check-value.js';
import { loadValidators } from './check-class.js';
import * as messages from './schema.messages.js';

/** Mistakes of the schemas that workflows declare. */
export async function judgeSchemas(workflows: readonly FoundWorkflow[]): Promise<readonly Mistake[]> {
  const found: Mistake[] = [];
  for (const { provider, metadata } of workflows) {
    for (const option of ['input', 'output'] as const) {
      found.push(...(await judgeSchema(provider.className, option, metadata[option])));
    }
  }
  return found;
}

/**
 * Mistakes of one schema.
 * @param where What declares it, for the report: a class or `Class.method`.
 */
export async function judgeSchema(where: string, option: string, schema: unknown): Promise<readonly Mistake[]> {
  if (schema === undefined || isStandardSchema(schema)) return [];
  if (typeof schema !== 'function') return [messages.NO_SCHEMA(where, option)];
  const libraries = await loadValidators();
  if (!libraries) return [messages.NO_VALIDATOR_PACKAGES(where, option, schema.name)];
  const rules = libraries.validator.getMetadataStorage().getTargetValidationMetadatas(schema, '', false, false);
  return rules.length > 0 ? [] : [messages.NO_RULES(where, option, schema.name)];
}
