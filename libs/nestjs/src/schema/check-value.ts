import { checkSchema, type CheckedValue, type StandardSchema } from '@romancy/core';
import type { ValueSchema } from '../interfaces/schema.interface.js';
import { checkClass } from './check-class.js';

/**
 * Checks a value against a schema, as a start does with its input.
 *
 * @example
 * ```ts
 * const checked = await checkValue(z.object({ sku: z.string() }), body);
 * if (checked.issues) return checked.issues.map(({ path, message }) => `${path}: ${message}`);
 * ```
 */
export async function checkValue(schema: ValueSchema, value: unknown): Promise<CheckedValue> {
  return isStandardSchema(schema) ? checkSchema(schema, value) : checkClass(schema, value);
}

/** ArkType's schemas are functions too, so this is asked before whether something is a class. */
export function isStandardSchema(schema: unknown): schema is StandardSchema {
  const isObject = (typeof schema === 'object' && schema !== null) || typeof schema === 'function';
  return isObject && '~standard' in schema;
}
