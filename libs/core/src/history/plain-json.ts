import { TAG } from './value-tag.js';

/** Deeper values are looked at by the slow path, which knows cycles. */
const FAST_DEPTH = 64;

/** True when `JSON.stringify` writes the value without loss and without help. The hot path: most payloads are plain. */
export function isPlainJson(value: unknown, depth = 0): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0);
    case 'object':
      return value === null || (depth < FAST_DEPTH && isPlainObject(value, depth + 1));
    default:
      return false;
  }
}

function isPlainObject(value: object, depth: number): boolean {
  if ('toJSON' in value) return false;
  if (Array.isArray(value)) {
    // A hole is undefined here, so it is not plain.
    for (const item of value) {
      if (!isPlainJson(item, depth)) return false;
    }
    return true;
  }
  if (!hasPlainPrototype(value)) return false;
  for (const key in value) {
    if (key === TAG || !isPlainJson((value as Record<string, unknown>)[key], depth)) return false;
  }
  return true;
}

/** True for an object literal of any realm, and for one without prototype. */
export function hasPlainPrototype(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;
}
