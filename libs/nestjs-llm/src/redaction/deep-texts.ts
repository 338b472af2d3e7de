import { types } from 'node:util';

/** May be a field that a schema declares, by which the application reads the value. */
const FIELD_NAME = /^[A-Za-z_$][\w$]*$/;

/** A copy of a value with every text in it changed, keys that cannot be names of fields included. Dates, bytes, URLs and the like hold no text; fields that are undefined are dropped. */
export function deepTexts(value: unknown, change: (text: string) => string): unknown {
  const inner = (item: unknown): unknown => deepTexts(item, change);
  if (typeof value === 'string') return change(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(inner);
  if (types.isMap(value)) return new Map([...value].map(([key, item]) => [inner(key), inner(item)]));
  if (types.isSet(value)) return new Set([...value].map(inner));
  if (!isRecord(value)) return value;
  const changed = new Map<string, unknown>();
  for (const [key, item] of Object.entries(value) as [string, unknown][]) {
    if (item !== undefined) changed.set(freeKey(FIELD_NAME.test(key) ? key : change(key), changed), inner(item));
  }
  return Object.fromEntries(changed);
}

/** Two keys may look the same when they are changed; neither hides the other. */
function freeKey(key: string, taken: ReadonlyMap<string, unknown>): string {
  let free = key;
  for (let number = 2; taken.has(free); number += 1) free = `${key} (${number})`;
  return free;
}

/** Objects of classes are stored as records too. */
function isRecord(value: object): boolean {
  return Object.prototype.toString.call(value) === '[object Object]';
}
