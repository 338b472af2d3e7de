import { types } from 'node:util';

/**
 * A value as JSON has it, for clients in other languages: dates as ISO texts, big integers as digits, bytes as base64, maps with texts as
 * keys as objects, other maps as lists of pairs, sets as lists, errors as name and message.
 */
export function toJson(value: unknown): unknown {
  const text = JSON.stringify(value, replaced) as string | undefined;
  return text === undefined ? null : JSON.parse(text);
}

function replaced(this: Record<string, unknown>, key: string, value: unknown): unknown {
  // What a `toJSON` was about to replace: a Buffer writes its bytes as numbers.
  const original = this[key];
  if (ArrayBuffer.isView(original)) {
    return Buffer.from(original.buffer, original.byteOffset, original.byteLength).toString('base64');
  }
  if (typeof value === 'bigint') return value.toString();
  if (types.isSet(value)) return [...value];
  if (types.isMap(value)) {
    const entries = [...value] as [unknown, unknown][];
    return entries.every(([name]) => typeof name === 'string') ? Object.fromEntries(entries) : entries;
  }
  if (types.isNativeError(value)) return { name: value.name, message: value.message };
  return value;
}
