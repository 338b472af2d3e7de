import type { JsonSchema } from '../interfaces/json-schema.interface.js';

/**
 * A schema as a part of another one.
 * @param pointer Where it will stand, such as `#/properties/result`; references to its own parts then lead there.
 */
export function embedded({ $schema: _dialect, ...schema }: JsonSchema, pointer: string): JsonSchema {
  return moved(schema, pointer) as JsonSchema;
}

function moved(value: unknown, pointer: string): unknown {
  if (Array.isArray(value)) return value.map((item) => moved(item, pointer));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const isLocal = key === '$ref' && typeof item === 'string' && item.startsWith('#');
      return [key, isLocal ? pointer + item.slice(1) : moved(item, pointer)];
    }),
  );
}
