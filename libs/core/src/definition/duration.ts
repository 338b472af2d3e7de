/** Units of a textual duration: milliseconds, seconds, minutes, hours, days, weeks. */
export type DurationUnit = 'ms' | 's' | 'm' | 'h' | 'd' | 'w';

/** Milliseconds, or a text such as `'90s'`, `'5m'`, `'2d'` (A7). */
export type Duration = number | `${number}${DurationUnit}`;
