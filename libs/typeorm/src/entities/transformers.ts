import type { ValueTransformer } from 'typeorm';
import { fromTimeText, toTimeText } from '../sql/time-text.js';

/** A shared timestamp column. Our connections answer its text; the program works with milliseconds. */
export const sharedTime: ValueTransformer = {
  to: (value: unknown) => (typeof value === 'number' ? toTimeText(value) : value),
  from: (value: unknown) => (typeof value === 'string' ? fromTimeText(value) : value),
};

/** A 64-bit column. Drivers answer text where a number could lose digits; ours are below 2^53. */
export const wholeNumber: ValueTransformer = {
  to: (value: unknown) => value,
  from: toNumber,
};

export function toNumber(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value);
}
