import { isStandardSchema, type StandardSchema, type ValueSchema } from '@romancy/nestjs';
import type { JsonSchema } from '../interfaces/json-schema.interface.js';
import { classSchema } from './class-schema.js';

/** What goes into a schema, or what comes out of it after its defaults and conversions. */
export type Direction = 'input' | 'output';

const TARGET = 'draft-2020-12';

/**
 * The JSON Schema of a schema.
 * @throws Error when its library cannot write one; the message says why.
 */
export async function jsonSchemaOf(schema: ValueSchema, direction: Direction): Promise<JsonSchema> {
  if (!isStandardSchema(schema)) return classSchema(schema);
  const { jsonSchema, vendor } = schema['~standard'];
  if (!jsonSchema) throw new Error(`schemas of ${vendor} do not describe themselves as JSON Schema`);
  return jsonSchema[direction]({ target: TARGET, ...libraryOptions(schema) });
}

interface ZodOverride {
  readonly zodSchema: { readonly _zod: { readonly def: { readonly type: string } } };
  readonly jsonSchema: Record<string, unknown>;
}

/** zod refuses what JSON has no word for; a date and a big integer travel as texts here, anything else of that kind stays open. */
function libraryOptions(schema: StandardSchema): { libraryOptions?: Record<string, unknown> } {
  if (schema['~standard'].vendor !== 'zod') return {};
  const override = ({ zodSchema, jsonSchema }: ZodOverride): void => {
    const { type } = zodSchema._zod.def;
    if (type === 'date') Object.assign(jsonSchema, { type: 'string', format: 'date-time' });
    if (type === 'bigint') Object.assign(jsonSchema, { type: 'string', pattern: '^-?[0-9]+$' });
  };
  return { libraryOptions: { unrepresentable: 'any', override } };
}
