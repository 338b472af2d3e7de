import type { ValueSchema } from '../interfaces/schema.interface.js';
import { isStandardSchema } from './check-value.js';
import { classSchema } from './class-schema.js';
import { standardJson } from './standard-json.js';

/**
 * The JSON Schema of what goes into a schema, or of what comes out of it after its defaults and conversions. Dates and big integers of zod are texts in
 * it, and what else JSON has no word for stays open. Classes are described by the package class-validator-jsonschema.
 *
 * @throws Error when its library cannot write one, or is not installed; the message says why.
 * @example
 * ```ts
 * await describeSchema(z.object({ due: z.coerce.date() }), 'input'); // { type: 'object', properties: { due: { type: 'string', format: 'date-time' } }, … }
 * ```
 */
export async function describeSchema(
  schema: ValueSchema,
  direction: 'input' | 'output',
): Promise<Readonly<Record<string, unknown>>> {
  return isStandardSchema(schema) ? standardJson(schema, direction) : classSchema(schema);
}
