import { InvalidDurationError } from '../errors/invalid-duration-error.js';

/** Units of a textual duration: milliseconds, seconds, minutes, hours, days, weeks. */
export type DurationUnit = 'ms' | 's' | 'm' | 'h' | 'd' | 'w';

/** Milliseconds, or a text such as `'90s'`, `'5m'`, `'2d'` (A7). */
export type Duration = number | `${number}${DurationUnit}`;

const FACTORS: Readonly<Record<DurationUnit, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

const FORM = /^(\d+(?:\.\d+)?|\.\d+)(ms|[smhdw])$/;

/** Fractions of a millisecond are rounded to the nearest one. */
export function toMilliseconds(duration: Duration): number {
  const milliseconds = typeof duration === 'number' ? duration : parse(duration);
  if (!(milliseconds >= 0 && milliseconds <= Number.MAX_SAFE_INTEGER)) throw new InvalidDurationError(duration);
  return Math.round(milliseconds);
}

// What is not a text gets here from untyped code only.
function parse(text: unknown): number {
  const match = typeof text === 'string' ? FORM.exec(text) : null;
  return match === null ? NaN : Number(match[1]) * FACTORS[match[2] as DurationUnit];
}
