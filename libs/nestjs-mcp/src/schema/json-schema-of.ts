import { describeSchema, isStandardSchema, type ValueSchema } from '@romancy/nestjs';
import type { JsonSchema } from '../interfaces/json-schema.interface.js';
import { classSchema } from './class-schema.js';

/** What goes into a schema, or what comes out of it after its defaults and conversions. */
export type Direction = 'input' | 'output';

/**
 * The JSON Schema of a schema.
 * @throws Error when its library cannot write one; the message says why.
 */
export async function jsonSchemaOf(schema: ValueSchema, direction: Direction): Promise<JsonSchema> {
  return isStandardSchema(schema) ? describeSchema(schema, direction) : classSchema(schema);
}
