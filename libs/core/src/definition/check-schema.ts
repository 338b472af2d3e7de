import type { SchemaIssue, StandardSchema } from './standard-schema.js';

/** What a schema says about a value: the value as it is to be used, or everything that is wrong with it. */
export type CheckedValue =
  { readonly value: unknown; readonly issues?: undefined } | { readonly issues: readonly SchemaIssue[] };

/** Holds a value against a schema. */
export async function checkSchema(schema: StandardSchema, value: unknown): Promise<CheckedValue> {
  const result = await schema['~standard'].validate(value);
  if (!result.issues) return { value: result.value };
  return {
    issues: result.issues.map(({ message, path = [] }) => ({
      message,
      path: path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.'),
    })),
  };
}
