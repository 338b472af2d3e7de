import { checkValue, describeSchema, type CheckedValue, type ValueSchema } from '@romancy/nestjs';
import type { JsonSchema } from '../interfaces/json-schema.interface.js';
import { AjvJsonSchemaValidator } from '../sdk.js';

/** A value as clients are told about it, and the check that it passes. */
export interface DescribedValue {
  readonly json: JsonSchema;
  readonly check: (value: unknown) => Promise<CheckedValue>;
}

/**
 * Describes a value by its schema, by a JSON Schema, or by both: the first then checks it and the second is shown.
 * @returns undefined when there is neither.
 * @throws Error when the schema cannot be shown or is no JSON Schema.
 */
export async function describeValue(
  direction: 'input' | 'output',
  schema: ValueSchema | undefined,
  json: JsonSchema | undefined,
): Promise<DescribedValue | undefined> {
  if (schema)
    return { json: json ?? (await describeSchema(schema, direction)), check: (value) => checkValue(schema, value) };
  return json && describedBy(json);
}

/** A value that a JSON Schema describes and checks. */
export function describedBy(json: JsonSchema): DescribedValue {
  const violations = violationsOf(json);
  return {
    json,
    check: async (value) => {
      const message = violations(value);
      return message === undefined ? { value } : { issues: [{ path: '', message }] };
    },
  };
}

/** Answers what is wrong with a value; undefined when it is right. */
export function violationsOf(json: JsonSchema): (value: unknown) => string | undefined {
  // One validator each: it keeps schemas by `$id`, and two schemas may have the same.
  const validate = new AjvJsonSchemaValidator().getValidator(json);
  return (value) => validate(value).errorMessage?.replaceAll(/\bdata\//g, '');
}
