import type { StoredValue } from '@romancy/core';

/** Machine-readable output: one document. */
export function json(value: unknown): string {
  return JSON.stringify(value, undefined, 2);
}

/** A stored value for people, in one line or several. Control characters stay escaped. */
export function shown(value: StoredValue, indent?: number): string {
  return value.readable ? JSON.stringify(value.json, undefined, indent) : `(not readable: ${value.reason})`;
}
