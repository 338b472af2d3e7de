import type { StandardSchema, ValueSchema } from '../interfaces/schema.interface.js';
import { checkClass } from './check-class.js';
import type { CheckedValue } from './checked-value.js';

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
  if (!isStandardSchema(schema)) return checkClass(schema, value);
  const result = await schema['~standard'].validate(value);
  if (!result.issues) return { value: result.value };
  return {
    issues: result.issues.map(({ message, path = [] }) => ({
      message,
      path: path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.'),
    })),
  };
}

/** ArkType's schemas are functions too, so this is asked before whether something is a class. */
export function isStandardSchema(schema: unknown): schema is StandardSchema {
  const isObject = (typeof schema === 'object' && schema !== null) || typeof schema === 'function';
  return isObject && '~standard' in schema;
}
