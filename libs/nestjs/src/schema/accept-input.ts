import { InvalidInputError } from '../errors/invalid-input.error.js';
import type { WorkflowMetadata } from '../interfaces/metadata.interface.js';
import { checkValue } from './check-value.js';

/**
 * The input of a workflow as it is to be stored: with the defaults and conversions of its schema.
 * @throws InvalidInputError
 */
export async function acceptInput({ name, input: schema }: WorkflowMetadata, input: unknown): Promise<unknown> {
  if (!schema) return input;
  const checked = await checkValue(schema, input);
  if (checked.issues) throw new InvalidInputError(name, checked.issues);
  return checked.value;
}
