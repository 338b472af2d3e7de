const DIGITS = /^(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:Z|\+00(?::?00)?)?$/;

/** `YYYY-MM-DD HH:MM:SS.ffffff` in UTC: the form of the family. */
export function toTimeText(milliseconds: number): string {
  const whole = Math.floor(milliseconds);
  // The rows of one group have few different times.
  if (whole !== last.at)
    last = { at: whole, text: `${new Date(whole).toISOString().replace('T', ' ').slice(0, 23)}000` };
  return last.text;
}

let last = { at: NaN, text: '' };

/** Milliseconds of a time in one of the forms that the family writes: UTC, whole or fractional seconds. */
export function fromTimeText(text: string): number {
  const match = DIGITS.exec(text);
  if (match === null) throw new Error(`"${text}" is no time of the form YYYY-MM-DD HH:MM:SS[.ffffff].`);
  const [, year, month, day, hour, minute, second, fraction = ''] = match;
  const whole = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  return whole + Number(fraction.padEnd(3, '0').slice(0, 3));
}
