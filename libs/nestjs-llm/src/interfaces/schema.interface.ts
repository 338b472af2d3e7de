import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec';

/**
 * What answers and inputs of tools are checked against: a zod schema, or any Standard Schema that can also describe itself as JSON Schema
 * (zod, ArkType, Valibot with `toStandardJsonSchema`, …). For one that cannot, see {@link withJsonSchema}.
 */
export type LlmSchema<Output = unknown> = StandardSchemaV1<unknown, Output>;

/** The value that a schema hands out. */
export type InferValue<S extends LlmSchema> = StandardSchemaV1.InferOutput<S>;

/**
 * Adds a JSON Schema to a Standard Schema that has none of its own, so that the model can be told what is wanted.
 *
 * @example
 * ```ts
 * const Triage = withJsonSchema(handWrittenSchema, { type: 'object', properties: { urgent: { type: 'boolean' } }, required: ['urgent'] });
 * ```
 */
export function withJsonSchema<S extends LlmSchema>(
  schema: S,
  jsonSchema: Readonly<Record<string, unknown>>,
): S & StandardJSONSchemaV1<StandardSchemaV1.InferInput<S>, InferValue<S>> {
  const converter: StandardJSONSchemaV1.Converter = {
    input: () => ({ ...jsonSchema }),
    output: () => ({ ...jsonSchema }),
  };
  const standard = { ...schema['~standard'], jsonSchema: converter };
  return Object.create(schema, { '~standard': { value: standard, enumerable: true } }) as S &
    StandardJSONSchemaV1<StandardSchemaV1.InferInput<S>, InferValue<S>>;
}
