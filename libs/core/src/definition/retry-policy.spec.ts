import fc from 'fast-check';
import { InvalidRetryPolicyError } from '../errors/invalid-retry-policy-error.js';
import { RetryAfterError } from '../errors/retry-after-error.js';
import { TerminalError } from '../errors/terminal-error.js';
import { decideRetry, DEFAULT_RETRY, resolveRetry, retry, retryDelay, type RetryPolicy } from './retry-policy.js';

const none = (): number => 0;

class CardDeclined extends Error {}
class CardExpired extends CardDeclined {}

function decide(
  policy: RetryPolicy,
  error: unknown,
  { attempt = 1, elapsed = 0 }: { attempt?: number; elapsed?: number } = {},
) {
  const firstStartedAt = 1_000_000;
  return decideRetry({
    policy: resolveRetry(policy),
    attempt,
    firstStartedAt,
    now: firstStartedAt + elapsed,
    error,
    random: none,
  });
}

describe('resolveRetry', () => {
  it('gives the defaults where nothing is set', () => {
    expect(resolveRetry()).toEqual(DEFAULT_RETRY);
    expect(resolveRetry(undefined, {})).toEqual(DEFAULT_RETRY);
    expect(DEFAULT_RETRY).toMatchObject({ maxAttempts: 5, initialIntervalMs: 1000, backoff: 2, maxIntervalMs: 60_000 });
  });

  it('takes each field from the first policy that has it', () => {
    const activity: RetryPolicy = { maxAttempts: 2, jitter: 0 };
    const application: RetryPolicy = { maxAttempts: 9, initialInterval: '2s', nonRetryable: ['X'] };
    expect(resolveRetry(activity, application)).toEqual({
      maxAttempts: 2,
      initialIntervalMs: 2000,
      backoff: 2,
      maxIntervalMs: 60_000,
      jitter: 0,
      maxDurationMs: Infinity,
      nonRetryable: ['X'],
    });
  });

  it('takes Infinity for no limit', () => {
    expect(resolveRetry({ maxAttempts: Infinity, maxDuration: Infinity })).toMatchObject({
      maxAttempts: Infinity,
      maxDurationMs: Infinity,
    });
  });

  it('raises a cap from elsewhere to the initial interval', () => {
    expect(resolveRetry({ initialInterval: '5m' })).toMatchObject({
      initialIntervalMs: 300_000,
      maxIntervalMs: 300_000,
    });
    expect(resolveRetry({ initialInterval: '5m' }, { maxInterval: '10s' }).maxIntervalMs).toBe(300_000);
  });

  it.each<[keyof RetryPolicy, unknown]>([
    ['maxAttempts', 0],
    ['maxAttempts', 1.5],
    ['maxAttempts', NaN],
    ['maxAttempts', '3'],
    ['initialInterval', -1],
    ['initialInterval', 'soon'],
    ['initialInterval', Infinity],
    ['maxInterval', 'later'],
    ['maxDuration', -5],
    ['backoff', 0.5],
    ['backoff', Infinity],
    ['backoff', NaN],
    ['jitter', -0.1],
    ['jitter', 1.1],
    ['jitter', NaN],
    ['nonRetryable', CardDeclined],
    ['nonRetryable', [42]],
  ])('refuses %s: %p by name', (field, value) => {
    expect(() => resolveRetry({ [field]: value })).toThrow(
      expect.objectContaining({ field, message: expect.stringContaining(field) }),
    );
    expect(() => resolveRetry({ [field]: value })).toThrow(InvalidRetryPolicyError);
  });

  it('refuses a cap below the initial interval of the same policy', () => {
    expect(() => resolveRetry({ initialInterval: '10s', maxInterval: '1s' })).toThrow(/maxInterval/);
  });
});

describe('presets', () => {
  it('are plain policies', () => {
    expect(retry.none()).toEqual({ maxAttempts: 1 });
    expect(resolveRetry(retry.fixed(3, '2s'))).toMatchObject({
      maxAttempts: 3,
      initialIntervalMs: 2000,
      maxIntervalMs: 2000,
      jitter: 0,
    });
    expect(retry.exponential({ maxAttempts: 4, maxInterval: '5s' })).toEqual({
      maxAttempts: 4,
      maxInterval: '5s',
      backoff: 2,
    });
    expect(retry.unlimited({ initialInterval: '1s' })).toEqual({ maxAttempts: Infinity, initialInterval: '1s' });
  });

  it('wait the same time with fixed, growing times with exponential', () => {
    const delays = (policy: RetryPolicy) =>
      [1, 2, 3, 4].map((attempt) => retryDelay(resolveRetry(policy), attempt, none));
    expect(delays(retry.fixed(9, 300))).toEqual([300, 300, 300, 300]);
    expect(delays(retry.exponential({ initialInterval: 100, backoff: 3, maxInterval: 1000 }))).toEqual([
      100, 300, 900, 1000,
    ]);
  });

  it('are checked where they are made', () => {
    expect(() => retry.fixed(0, '1s')).toThrow(InvalidRetryPolicyError);
    expect(() => retry.exponential({ backoff: 0 })).toThrow(InvalidRetryPolicyError);
    expect(() => retry.unlimited({ jitter: 2 })).toThrow(InvalidRetryPolicyError);
  });
});

describe('retryDelay', () => {
  it('lies within the jitter below the grown interval, and never above the cap', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10_000 }),
        fc.double({ min: 1, max: 10, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 5000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (initialInterval, backoff, jitter, attempt, random) => {
          const policy = resolveRetry({ initialInterval, backoff, jitter, maxInterval: 60_000 });
          const nominal = Math.min(initialInterval === 0 ? 0 : initialInterval * backoff ** (attempt - 1), 60_000);
          const delay = retryDelay(policy, attempt, () => random);
          expect(delay).toBeGreaterThanOrEqual(Math.floor(nominal * (1 - jitter)));
          expect(delay).toBeLessThanOrEqual(Math.round(nominal));
        },
      ),
    );
  });

  it('stays at nothing where the first delay is nothing', () => {
    expect(retryDelay(resolveRetry({ initialInterval: 0 }), 5000, none)).toBe(0);
  });

  it('spreads delays that have reached the cap', () => {
    const policy = resolveRetry({ initialInterval: 1000, maxInterval: 1000, jitter: 0.5 });
    expect([0, 0.5, 0.99].map((random) => retryDelay(policy, 9, () => random))).toEqual([1000, 750, 505]);
  });
});

describe('decideRetry', () => {
  it('tries again after the delay', () => {
    expect(decide({ initialInterval: 100 }, new Error('x'), { attempt: 3 })).toEqual({ kind: 'retry', delayMs: 400 });
  });

  it('stops when the attempts are used up', () => {
    expect(decide({ maxAttempts: 3 }, new Error('x'), { attempt: 2 }).kind).toBe('retry');
    expect(decide({ maxAttempts: 3 }, new Error('x'), { attempt: 3 })).toEqual({ kind: 'final', reason: 'exhausted' });
    expect(decide(retry.unlimited(), new Error('x'), { attempt: 1e6 }).kind).toBe('retry');
  });

  it('stops at once for a terminal error, its subclasses, and errors that say so', () => {
    class Refused extends TerminalError {}
    const final = { kind: 'final', reason: 'terminal' };
    expect(decide({}, new TerminalError('no'))).toEqual(final);
    expect(decide({}, new Refused('no'))).toEqual(final);
    expect(decide({}, Object.assign(new Error('no'), { retryable: false }))).toEqual(final);
    expect(decide({}, { retryable: false })).toEqual(final);
    expect(decide({}, Object.assign(new Refused('no'), { retryable: true }))).toEqual(final);
    expect(decide({}, Object.assign(new Error('no'), { retryable: true })).kind).toBe('retry');
  });

  it('stops at once for classes and names that the policy calls final', () => {
    const final = { kind: 'final', reason: 'non-retryable' };
    expect(decide({ nonRetryable: [CardDeclined] }, new CardExpired())).toEqual(final);
    expect(decide({ nonRetryable: ['CardDeclined'] }, new CardExpired())).toEqual(final);
    expect(decide({ nonRetryable: ['Teapot'] }, Object.assign(new Error('x'), { name: 'Teapot' }))).toEqual(final);
    expect(decide({ nonRetryable: [CardExpired, 'Teapot'] }, new CardDeclined()).kind).toBe('retry');
    expect(decide({ nonRetryable: ['String'] }, 'thrown text').kind).toBe('retry');
  });

  it('waits for as long as the error asks, beyond the cap if need be', () => {
    expect(decide({}, new RetryAfterError('later', { delay: '3m' }))).toEqual({ kind: 'retry', delayMs: 180_000 });
    expect(decide({}, Object.assign(new Error('x'), { retryAfter: '7s' }))).toEqual({ kind: 'retry', delayMs: 7000 });
    expect(decide({}, Object.assign(new Error('x'), { retryAfter: 0 }))).toEqual({ kind: 'retry', delayMs: 0 });
  });

  it.each([-1, NaN, 'tomorrow', null, {}])('ignores the senseless request %p', (retryAfter) => {
    expect(decide({}, Object.assign(new Error('x'), { retryAfter }))).toEqual({ kind: 'retry', delayMs: 1000 });
  });

  it('counts attempts also when the error asks for a delay', () => {
    expect(decide({ maxAttempts: 1 }, new RetryAfterError('later', { delay: 5 }))).toEqual({
      kind: 'final',
      reason: 'exhausted',
    });
  });

  it('starts no attempt later than the longest duration', () => {
    const policy: RetryPolicy = { maxDuration: '10s', initialInterval: '4s' };
    expect(decide(policy, new Error('x'), { elapsed: 6000 })).toEqual({ kind: 'retry', delayMs: 4000 });
    expect(decide(policy, new Error('x'), { elapsed: 6001 })).toEqual({ kind: 'final', reason: 'max-duration' });
    expect(decide(policy, new RetryAfterError('later', { delay: '11s' }))).toEqual({
      kind: 'final',
      reason: 'max-duration',
    });
  });
});
