import type { JsonSchema } from '../interfaces/json-schema.interface.js';
import { embedded } from '../schema/embedded.js';

const KEY = 'idempotency_key';
const WRAPPED = 'input';

const KEY_SCHEMA: JsonSchema = {
  type: 'string',
  minLength: 1,
  maxLength: 200,
  description:
    'Any text. A start that is repeated with the same key answers the instance of the first one instead of a second instance.',
};

export interface StartArguments {
  readonly input: unknown;
  readonly key: string | undefined;
}

/** How the arguments of a start tool are laid out. */
export interface StartLayout {
  readonly json: JsonSchema;
  take(args: Readonly<Record<string, unknown>>): StartArguments;
}

/**
 * The fields of the workflow's input stand beside the key. An input that is no object, or that has a field of that name itself, is put
 * into a field of its own.
 */
export function startLayout(input: JsonSchema | undefined): StartLayout {
  if (!input)
    return {
      json: { type: 'object', properties: { [KEY]: KEY_SCHEMA } },
      take: (args) => split(args, () => undefined),
    };
  const properties = (input['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>;
  if (input['type'] === 'object' && !(KEY in properties)) {
    return {
      json: { ...input, properties: { ...properties, [KEY]: KEY_SCHEMA } },
      take: (args) => split(args, (rest) => rest),
    };
  }
  const wrapped = { [WRAPPED]: embedded(input, `#/properties/${WRAPPED}`), [KEY]: KEY_SCHEMA };
  return {
    json: { type: 'object', properties: wrapped, required: [WRAPPED] },
    take: (args) => split(args, (rest) => rest[WRAPPED]),
  };
}

function split(
  { [KEY]: key, ...rest }: Readonly<Record<string, unknown>>,
  inputOf: (rest: Readonly<Record<string, unknown>>) => unknown,
): StartArguments {
  return { input: inputOf(rest), key: key as string | undefined };
}

/** The part of the arguments that belongs to the tool itself. */
export const KEY_ARGUMENTS: JsonSchema = { type: 'object', properties: { [KEY]: KEY_SCHEMA } };
