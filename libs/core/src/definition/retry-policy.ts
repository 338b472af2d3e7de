import { InvalidRetryPolicyError } from '../errors/invalid-retry-policy-error.js';
import { TerminalError } from '../errors/terminal-error.js';
import { type Duration, toMilliseconds } from './duration.js';

type ErrorClass = abstract new (...args: never[]) => Error;

/** How often and when a failed attempt is repeated. Every field falls back to the application's default policy, then to {@link DEFAULT_RETRY}. */
export interface RetryPolicy {
  /** Attempts in all, the first included; `Infinity` for no limit. */
  readonly maxAttempts?: number;
  /** Delay before the second attempt. */
  readonly initialInterval?: Duration;
  /** Factor from one delay to the next; 1 keeps it fixed. */
  readonly backoff?: number;
  /** No delay is longer, unless the error itself asks for one. */
  readonly maxInterval?: Duration;
  /** Random part of a delay, 0 to 1: 0.1 takes away up to a tenth. */
  readonly jitter?: number;
  /** No attempt starts later than this after the first one's start. */
  readonly maxDuration?: Duration;
  /** Error classes (or their names) that are final at once. */
  readonly nonRetryable?: readonly (string | ErrorClass)[];
}

/** A policy with every field settled; durations in milliseconds, `Infinity` for no limit. */
export interface ResolvedRetryPolicy {
  readonly maxAttempts: number;
  readonly initialIntervalMs: number;
  readonly backoff: number;
  readonly maxIntervalMs: number;
  readonly jitter: number;
  readonly maxDurationMs: number;
  readonly nonRetryable: readonly (string | ErrorClass)[];
}

/**
 * Five attempts within about fifteen seconds: a restart of the other side is survived, a real outage is reported soon. The jitter keeps
 * instances that failed together from coming back together. There is no limit in time, because the time that this process was down counts.
 */
export const DEFAULT_RETRY: ResolvedRetryPolicy = Object.freeze({
  maxAttempts: 5,
  initialIntervalMs: 1_000,
  backoff: 2,
  maxIntervalMs: 60_000,
  jitter: 0.1,
  maxDurationMs: Infinity,
  nonRetryable: Object.freeze([]),
});

type Policies = readonly (RetryPolicy | undefined)[];

function first<K extends keyof RetryPolicy>(policies: Policies, field: K): RetryPolicy[K] | undefined {
  return policies.find((policy) => policy?.[field] !== undefined)?.[field];
}

function check(field: keyof RetryPolicy, ok: boolean, problem: string): void {
  if (!ok) throw new InvalidRetryPolicyError(field, problem);
}

function interval(
  policies: Policies,
  field: 'initialInterval' | 'maxInterval' | 'maxDuration',
  fallback: number,
): number {
  const duration = first(policies, field);
  if (duration === undefined) return fallback;
  if (field === 'maxDuration' && duration === Infinity) return Infinity;
  try {
    return toMilliseconds(duration);
  } catch (error) {
    throw new InvalidRetryPolicyError(field, `is not valid: ${(error as Error).message}`, error);
  }
}

/** Settles each field by the first policy that has it, the defaults last. Invalid values are refused with the field's name. */
export function resolveRetry(...policies: (RetryPolicy | undefined)[]): ResolvedRetryPolicy {
  const maxAttempts = first(policies, 'maxAttempts') ?? DEFAULT_RETRY.maxAttempts;
  const backoff = first(policies, 'backoff') ?? DEFAULT_RETRY.backoff;
  const jitter = first(policies, 'jitter') ?? DEFAULT_RETRY.jitter;
  const nonRetryable = first(policies, 'nonRetryable') ?? DEFAULT_RETRY.nonRetryable;
  check(
    'maxAttempts',
    maxAttempts === Infinity || (Number.isInteger(maxAttempts) && maxAttempts >= 1),
    `is ${String(maxAttempts)}; it must be a whole number from 1 on (the first attempt counts), or Infinity for no limit.`,
  );
  check(
    'backoff',
    Number.isFinite(backoff) && backoff >= 1,
    `is ${String(backoff)}; it must be a factor from 1 on (1 keeps the delay fixed).`,
  );
  check('jitter', jitter >= 0 && jitter <= 1, `is ${String(jitter)}; it must be a fraction from 0 to 1.`);
  check(
    'nonRetryable',
    Array.isArray(nonRetryable) && nonRetryable.every((one) => typeof one === 'string' || typeof one === 'function'),
    'must be a list of error classes or of their names.',
  );
  const initialIntervalMs = interval(policies, 'initialInterval', DEFAULT_RETRY.initialIntervalMs);
  const maxIntervalMs = interval(policies, 'maxInterval', DEFAULT_RETRY.maxIntervalMs);
  const maxDurationMs = interval(policies, 'maxDuration', DEFAULT_RETRY.maxDurationMs);
  const sameSource = policies.some(
    (policy) => policy?.initialInterval !== undefined && policy.maxInterval !== undefined,
  );
  check('maxInterval', maxIntervalMs >= initialIntervalMs || !sameSource, 'is shorter than initialInterval.');
  // A cap that comes from elsewhere must not shorten an initial interval that was asked for here.
  return {
    maxAttempts,
    initialIntervalMs,
    backoff,
    maxIntervalMs: Math.max(maxIntervalMs, initialIntervalMs),
    jitter,
    maxDurationMs,
    nonRetryable,
  };
}

function checked(policy: RetryPolicy): RetryPolicy {
  resolveRetry(policy);
  return policy;
}

/** Ready-made policies. A field that is not given falls back to the application's default policy. */
export const retry = {
  /** One attempt. */
  none: (): RetryPolicy => ({ maxAttempts: 1 }),
  /** `attempts` in all, always the same delay between them. */
  fixed: (attempts: number, delay: Duration): RetryPolicy =>
    checked({ maxAttempts: attempts, initialInterval: delay, backoff: 1, maxInterval: delay, jitter: 0 }),
  /** Growing delays, by default doubled each time. */
  exponential: (policy: RetryPolicy = {}): RetryPolicy => checked({ backoff: 2, ...policy }),
  /** No limit to the attempts; growing delays unless `backoff` is 1. */
  unlimited: (policy: Omit<RetryPolicy, 'maxAttempts'> = {}): RetryPolicy =>
    checked({ ...policy, maxAttempts: Infinity }),
} as const;

export interface RetryQuestion {
  readonly policy: ResolvedRetryPolicy;
  /** Number of the attempt that has failed, from 1. */
  readonly attempt: number;
  /** Start of the first attempt, milliseconds. */
  readonly firstStartedAt: number;
  readonly now: number;
  /** What the attempt threw. */
  readonly error: unknown;
  /** In [0, 1). */
  readonly random: () => number;
}

export type RetryDecision =
  | { readonly kind: 'retry'; readonly delayMs: number }
  | { readonly kind: 'final'; readonly reason: 'terminal' | 'non-retryable' | 'exhausted' | 'max-duration' };

/** What follows a failed attempt. */
export function decideRetry({ policy, attempt, firstStartedAt, now, error, random }: RetryQuestion): RetryDecision {
  const reason = finality(policy, error);
  if (reason !== undefined) return { kind: 'final', reason };
  if (attempt >= policy.maxAttempts) return { kind: 'final', reason: 'exhausted' };
  const delayMs = requestedDelay(error) ?? retryDelay(policy, attempt, random);
  if (now + delayMs - firstStartedAt > policy.maxDurationMs) return { kind: 'final', reason: 'max-duration' };
  return { kind: 'retry', delayMs };
}

/** Whether the error itself says that trying again cannot help, whatever attempts are left. */
export function isFinal(policy: ResolvedRetryPolicy, error: unknown): boolean {
  return finality(policy, error) !== undefined;
}

function finality(policy: ResolvedRetryPolicy, error: unknown): 'terminal' | 'non-retryable' | undefined {
  if (error instanceof TerminalError || property(error, 'retryable') === false) return 'terminal';
  return policy.nonRetryable.some((one) => isOf(error, one)) ? 'non-retryable' : undefined;
}

/** Delay after `attempt` attempts. Jitter only shortens it, so that the cap holds and the spread is not lost at the cap. */
export function retryDelay(policy: ResolvedRetryPolicy, attempt: number, random: () => number): number {
  const grown = policy.initialIntervalMs === 0 ? 0 : policy.initialIntervalMs * policy.backoff ** (attempt - 1);
  return Math.round(Math.min(grown, policy.maxIntervalMs) * (1 - policy.jitter * random()));
}

/** The delay that an error asks for by a `retryAfter` property (milliseconds, or a text such as `'30s'`); undefined if it asks for none. */
function requestedDelay(error: unknown): number | undefined {
  const asked = property(error, 'retryAfter');
  if (typeof asked !== 'number' && typeof asked !== 'string') return undefined;
  try {
    return toMilliseconds(asked as Duration);
  } catch {
    return undefined;
  }
}

function property(value: unknown, name: string): unknown {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
    ? Reflect.get(value, name)
    : undefined;
}

function isOf(error: unknown, wanted: string | ErrorClass): boolean {
  if (typeof wanted === 'function') return error instanceof wanted;
  if (typeof error !== 'object' || error === null) return false;
  if (property(error, 'name') === wanted) return true;
  for (
    let prototype: unknown = Object.getPrototypeOf(error);
    prototype !== null;
    prototype = Object.getPrototypeOf(prototype)
  ) {
    if (property(property(prototype, 'constructor'), 'name') === wanted) return true;
  }
  return false;
}
