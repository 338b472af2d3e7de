import type { StoredValue } from '@romancy/core';
import { plain } from './plain.js';

/** Machine-readable output: one document. */
export function json(value: unknown): string {
  return JSON.stringify(value, undefined, 2);
}

/** Control characters that JSON leaves as they are, although terminals obey them. */
const UNESCAPED = /[\u007f-\u009f]/g;

/** A stored value for people, in one line or several. Control characters stay escaped. */
export function shown(value: StoredValue, indent?: number): string {
  if (!value.readable) return `(not readable: ${plain(value.reason)})`;
  return JSON.stringify(value.json, undefined, indent).replace(
    UNESCAPED,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
