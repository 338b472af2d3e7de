import type { StandardSchema } from '@romancy/core';

const TARGET = 'draft-2020-12';

interface ZodOverride {
  readonly zodSchema: { readonly _zod: { readonly def: { readonly type: string } } };
  readonly jsonSchema: Record<string, unknown>;
}

/** What a Standard Schema says about itself. */
export function standardJson(schema: StandardSchema, direction: 'input' | 'output'): Record<string, unknown> {
  const { jsonSchema, vendor } = schema['~standard'];
  if (!jsonSchema) throw new Error(`schemas of ${vendor} do not describe themselves as JSON Schema`);
  return jsonSchema[direction]({ target: TARGET, ...(vendor === 'zod' && { libraryOptions: ZOD }) });
}

/** zod refuses what JSON has no word for. */
const ZOD = {
  unrepresentable: 'any',
  override: ({ zodSchema, jsonSchema }: ZodOverride): void => {
    const { type } = zodSchema._zod.def;
    if (type === 'date') Object.assign(jsonSchema, { type: 'string', format: 'date-time' });
    if (type === 'bigint') Object.assign(jsonSchema, { type: 'string', pattern: '^-?[0-9]+$' });
  },
};
