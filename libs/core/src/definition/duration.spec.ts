import { InvalidDurationError } from '../errors/invalid-duration-error.js';
import { type Duration, toMilliseconds } from './duration.js';

describe('toMilliseconds', () => {
  it.each<[Duration, number]>([
    [0, 0],
    [1500, 1500],
    ['0s', 0],
    ['250ms', 250],
    ['90s', 90_000],
    ['5m', 300_000],
    ['12h', 43_200_000],
    ['2d', 172_800_000],
    ['1w', 604_800_000],
    ['1.5s', 1500],
    ['.5m', 30_000],
    ['400d', 34_560_000_000],
  ])('takes %p', (duration, expected) => {
    expect(toMilliseconds(duration)).toBe(expected);
  });

  it('rounds to whole milliseconds', () => {
    expect(toMilliseconds('0.0016s')).toBe(2);
    expect(toMilliseconds(1.4)).toBe(1);
  });

  it.each([
    -1,
    NaN,
    Infinity,
    1e300,
    '',
    '5',
    '5 s',
    '-5s',
    '+5s',
    '1e3s',
    '5S',
    '5sec',
    'five minutes',
    '1h30m',
    's',
    '1.s',
    null,
    undefined,
    {},
    [1],
    new Date(0),
    10n,
  ])('refuses %p', (value) => {
    expect(() => toMilliseconds(value as Duration)).toThrow(InvalidDurationError);
  });

  it('says what it was given and what it takes', () => {
    expect(() => toMilliseconds('soon' as Duration)).toThrow(
      expect.objectContaining({
        code: 'ROMANCY_INVALID_DURATION',
        message: expect.stringMatching(/^"soon" is not a duration\..*'90s'.*'2d'/),
      }),
    );
  });

  it('is checked by the compiler', () => {
    // @ts-expect-error a text needs a unit
    const withoutUnit: Duration = '5';
    // @ts-expect-error years are no unit
    const years: Duration = '5y';
    expect([withoutUnit, years]).toHaveLength(2);
  });
});
