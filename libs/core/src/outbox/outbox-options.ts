import { toMilliseconds, type Duration } from '../definition/duration.js';
import { resolveRetry, type ResolvedRetryPolicy, type RetryPolicy } from '../definition/retry-policy.js';
import type { CloudEventValue } from '../events/cloud-event.js';
import type { OutboxPublisher } from './publisher.js';

/** What is told of an event's way; an error that a hook throws is reported and changes nothing. */
export interface OutboxHooks {
  /** The receiver has it. */
  readonly onPublished?: (event: CloudEventValue, attempt: number) => void | Promise<void>;
  /** An attempt failed; the next one follows after `delayMs`. */
  readonly onRetry?: (event: CloudEventValue, error: unknown, attempt: number, delayMs: number) => void | Promise<void>;
  /** It is not tried any more. */
  readonly onGivenUp?: (
    event: CloudEventValue,
    status: 'failed' | 'invalid' | 'expired',
    error: unknown,
  ) => void | Promise<void>;
}

/** Settings of the relay that have a default. */
export interface OutboxSettings extends OutboxHooks {
  /** Events that are sent at once. Default 20. */
  readonly concurrency?: number;
  /** How long one attempt may take. Default `'30s'`. */
  readonly timeout?: Duration;
  /**
   * When failed attempts are repeated. Default: without limit, first after a second, then after twice as long each time, at most five minutes
   * apart.
   */
  readonly retry?: RetryPolicy;
  /** Age at which an event is not sent any more and becomes `expired`. Default `'7d'`; `Infinity` for none. */
  readonly maxAge?: Duration;
  /** How long published events are kept. Default `'7d'`; `Infinity` for ever. Events that were given up are always kept. */
  readonly retention?: Duration;
  /** How often the table is looked at. Default `'1s'`; idle passes come less often, up to `maxInterval`. */
  readonly interval?: Duration;
  /** Default `'5s'`. */
  readonly maxInterval?: Duration;
}

export interface OutboxOptions extends OutboxSettings {
  readonly publisher: OutboxPublisher;
}

export interface ResolvedOutbox {
  readonly publisher: OutboxPublisher;
  readonly hooks: OutboxHooks;
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly retry: ResolvedRetryPolicy;
  readonly maxAgeMs: number;
  readonly retentionMs: number;
  readonly intervalMs: number;
  readonly maxIntervalMs: number;
}

const DEFAULT_RETRY: RetryPolicy = {
  maxAttempts: Infinity,
  initialInterval: '1s',
  backoff: 2,
  maxInterval: '5m',
  jitter: 0.1,
};

/** @throws InvalidDurationError, InvalidRetryPolicyError, RangeError */
export function resolveOutbox(options: OutboxOptions): ResolvedOutbox {
  const { concurrency = 20, interval = '1s' } = options;
  if (!Number.isInteger(concurrency) || concurrency < 1)
    throw new RangeError(`concurrency is ${String(concurrency)}; it must be a whole number from 1 on.`);
  const intervalMs = toMilliseconds(interval);
  return {
    publisher: options.publisher,
    hooks: options,
    concurrency,
    timeoutMs: toMilliseconds(options.timeout ?? '30s'),
    retry: resolveRetry(options.retry, DEFAULT_RETRY),
    maxAgeMs: limit(options.maxAge ?? '7d'),
    retentionMs: limit(options.retention ?? '7d'),
    intervalMs,
    maxIntervalMs: Math.max(toMilliseconds(options.maxInterval ?? '5s'), intervalMs),
  };
}

function limit(duration: Duration): number {
  return duration === Infinity ? Infinity : toMilliseconds(duration);
}
