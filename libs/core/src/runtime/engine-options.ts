import type { Duration } from '../definition/duration.js';
import type { RetryPolicy } from '../definition/retry-policy.js';
import type { PayloadTransform } from '../history/payload-transform.js';
import type { Clock } from '../ports/clock.js';
import type { OutboxOptions } from '../outbox/outbox-options.js';
import type { WorkflowHooks } from '../hooks/workflow-hooks.js';
import type { Logger } from '../ports/logger.js';
import type { Storage } from '../ports/storage.js';
import type { Tracing } from '../ports/tracing.js';
import type { Registry } from '../registry/registry.js';
import type { InstanceRetentionOptions } from '../retention/retention-options.js';

/** Settings of a running engine that have a default. */
export interface EngineSettings {
  /** Written to `owner_service`. Default `romancy`. */
  readonly serviceName?: string;
  /** A label in ids and logs; need not be unique. Default the host's name. */
  readonly workerId?: string;
  /** False for a process that only starts, publishes and reads: it runs no instance, and no loop but that of the clock and those of an `outbox`. Default true. */
  readonly worker?: boolean;
  /** Policy of activities that name none. */
  readonly defaultRetry?: RetryPolicy;
  /** How long a lease holds without renewal. Default `'15s'`. */
  readonly leaseDuration?: Duration;
  /** How often leases are renewed. Default a third of the lease. */
  readonly leaseRenewInterval?: Duration;
  /**
   * Whether a dead worker is noticed by its database session (SQLite: by its process), within seconds, instead of by the end of its leases.
   * Default true. Costs one connection to the server.
   */
  readonly liveness?: boolean;
  /** How much longer than its lease a worker that lives but does not renew (a blocked event loop) keeps its instances. Default `'30s'`. */
  readonly stalledWorkerGrace?: Duration;
  /** How long leadership (of the housekeeping) holds without renewal. Default `'60s'`. */
  readonly leaderLeaseDuration?: Duration;
  /** How often leadership is renewed by the leader and tried by the others. Default `'20s'`. */
  readonly leaderRenewInterval?: Duration;
  /** How often instances that can go on are looked for. Default `'1s'`. */
  readonly resumeInterval?: Duration;
  /** How often timers are looked for that no process has armed in memory. Default `'10s'`. */
  readonly timerInterval?: Duration;
  /** Instances that run at once in this process. Default 200. */
  readonly maxConcurrentInstances?: number;
  /** Activity bodies that run at once in this process. Default 200. */
  readonly maxConcurrentActivities?: number;
  /** Instances that one scan takes. Default 100. */
  readonly resumeBatch?: number;
  /** Parked instances whose coroutine is kept in memory. Default 1000; 0 replays at every turn. */
  readonly cacheSize?: number;
  /** How long bodies in flight are awaited before compensations start. Default `'30s'`. */
  readonly compensationGrace?: Duration;
  /** How long `stop()` waits for running bodies. Default `'30s'`. */
  readonly shutdownTimeout?: Duration;
  /** Retry waits longer than this park the instance on a timer. Default `'5s'`. */
  readonly parkRetryAfter?: Duration;
  /**
   * Sleeps up to so long are waited for under the lease, with no slot taken: they end on time also where hundreds end at once, and cost a claim
   * less. After a crash the lease has to run out before another process goes on. Longer ones park; `0` parks all. At most `cacheSize` instances
   * at once do not park. Default `'5s'`.
   */
  readonly parkSleepAfter?: Duration;
  /** Changes of stored payloads (inputs, arguments, results), in this order: compression, encryption. Default none. */
  readonly transforms?: readonly PayloadTransform[];
  /** Transforms that are no longer used for writing but still needed to read. */
  readonly readableTransforms?: readonly PayloadTransform[];
  /** Largest encoded payload in bytes. Default 8 MiB. */
  readonly maxPayloadBytes?: number;
  /** History rows after which a warning is logged / the instance is refused more. Default 10,000 / 50,000. */
  readonly historyWarnRows?: number;
  readonly historyMaxRows?: number;
  /** How long messages are kept that nobody waits for; `false` keeps them for ever. What a live subscriber has not read stays in any case. Default `'7d'`. */
  readonly messageRetention?: Duration | false;
  /** Finished instances are removed after some time. Default: they are kept for ever. */
  readonly instanceRetention?: InstanceRetentionOptions;
  /** How often messages of other processes are looked for while this one listens for instances that wait and no notification can reach it. Default `'100ms'`. */
  readonly messageInterval?: Duration;
  /** How often waits are compared with stored messages, whatever was announced. Default `'30s'`. */
  readonly strandedInterval?: Duration;
  /** Listeners to what happens: one, or several. Default none, which costs nothing. */
  readonly hooks?: WorkflowHooks | readonly WorkflowHooks[];
  /** Error classes that replay rebuilds so that `instanceof` holds, beside those of the framework and of JavaScript. */
  readonly errors?: readonly (abstract new (...args: never[]) => Error)[];
}

export interface EngineOptions extends EngineSettings {
  readonly storage: Storage;
  readonly registry: Registry;
  /** The outbox is relayed by this process. Default: it is only written. */
  readonly outbox?: OutboxOptions;
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** Carries trace contexts along. Default: contexts that are handed over are stored and passed on, none is made. */
  readonly tracing?: Tracing;
}

export type ConflictPolicy = 'use-existing' | 'fail' | 'restart-if-terminal';
