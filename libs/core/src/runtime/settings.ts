import { hostname } from 'node:os';
import { toMilliseconds, type Duration } from '../definition/duration.js';
import type { RetryPolicy } from '../definition/retry-policy.js';
import type { EngineSettings } from './engine-options.js';

/** {@link EngineSettings} with defaults applied and durations in milliseconds. */
export interface ResolvedSettings {
  readonly serviceName: string;
  readonly workerId: string;
  readonly worker: boolean;
  readonly defaultRetry: RetryPolicy | undefined;
  readonly leaseMs: number;
  readonly leaseRenewMs: number;
  readonly liveness: boolean;
  readonly leaderLeaseMs: number;
  readonly leaderRenewMs: number;
  readonly stalledMs: number;
  readonly resumeMs: number;
  readonly timerMs: number;
  readonly messageMs: number;
  readonly messageRetentionMs: number;
  readonly strandedMs: number;
  readonly maxConcurrentInstances: number;
  readonly maxConcurrentActivities: number;
  readonly resumeBatch: number;
  readonly cacheSize: number;
  readonly compensationGraceMs: number;
  readonly shutdownMs: number;
  readonly parkRetryAfterMs: number;
  readonly parkSleepAfterMs: number;
  readonly historyWarnRows: number;
  readonly historyMaxRows: number;
}

export function resolveSettings(settings: EngineSettings): ResolvedSettings {
  const ms = (value: Duration | undefined, fallback: Duration): number => toMilliseconds(value ?? fallback);
  const leaseMs = ms(settings.leaseDuration, '15s');
  return {
    serviceName: settings.serviceName ?? 'romancy',
    workerId: settings.workerId ?? hostname(),
    worker: settings.worker ?? true,
    defaultRetry: settings.defaultRetry,
    leaseMs,
    leaseRenewMs:
      settings.leaseRenewInterval === undefined ? Math.ceil(leaseMs / 3) : toMilliseconds(settings.leaseRenewInterval),
    liveness: settings.liveness ?? true,
    leaderLeaseMs: ms(settings.leaderLeaseDuration, '60s'),
    leaderRenewMs: ms(settings.leaderRenewInterval, '20s'),
    stalledMs: ms(settings.stalledWorkerGrace, '30s'),
    resumeMs: ms(settings.resumeInterval, '1s'),
    timerMs: ms(settings.timerInterval, '10s'),
    messageRetentionMs: settings.messageRetention === false ? Infinity : ms(settings.messageRetention, '7d'),
    messageMs: ms(settings.messageInterval, 100),
    strandedMs: ms(settings.strandedInterval, '30s'),
    maxConcurrentInstances: settings.maxConcurrentInstances ?? 200,
    maxConcurrentActivities: settings.maxConcurrentActivities ?? 200,
    resumeBatch: settings.resumeBatch ?? 100,
    cacheSize: settings.cacheSize ?? 1000,
    compensationGraceMs: ms(settings.compensationGrace, '30s'),
    shutdownMs: ms(settings.shutdownTimeout, '30s'),
    parkRetryAfterMs: ms(settings.parkRetryAfter, '5s'),
    parkSleepAfterMs: ms(settings.parkSleepAfter, '5s'),
    historyWarnRows: settings.historyWarnRows ?? 10_000,
    historyMaxRows: settings.historyMaxRows ?? 50_000,
  };
}
