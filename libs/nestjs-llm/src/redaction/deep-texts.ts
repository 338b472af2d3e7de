import { types } from 'node:util';

/** A copy of a value with every text in it changed. Dates, bytes, URLs and the like hold no text; fields that are undefined are dropped. */
export function deepTexts(value: unknown, change: (text: string) => string): unknown {
  const inner = (item: unknown): unknown => deepTexts(item, change);
  if (typeof value === 'string') return change(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(inner);
  if (types.isMap(value)) return new Map([...value].map(([key, item]) => [inner(key), inner(item)]));
  if (types.isSet(value)) return new Set([...value].map(inner));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]: [string, unknown]) => [key, inner(item)]),
  );
}

/** Objects of classes are stored as records too. */
function isRecord(value: object): boolean {
  return Object.prototype.toString.call(value) === '[object Object]';
}
