import type { Duration } from './duration.js';
import type { RetryPolicy } from './retry-policy.js';

/** How an activity (or an inline step) is run. */
export interface ActivityOptions {
  /**
   * Default true: the database transaction that the activity opens at its first use of the manager commits together with its history row
   * (P1). False for calls to the outside world (P2).
   */
  readonly transactional?: boolean;
  /** Limit of one attempt; its signal aborts and the attempt fails. Default none. */
  readonly timeout?: Duration;
  /** Limit from the first attempt's start to the last one's end, waits included. Default none. */
  readonly totalTimeout?: Duration;
  /** Overrides the application's default policy. */
  readonly retry?: RetryPolicy;
  /** Isolation of the transaction; default READ COMMITTED. */
  readonly isolation?: 'READ COMMITTED' | 'REPEATABLE READ' | 'SERIALIZABLE';
}

/** What a compensation is called with (E27). */
export interface CompensationCall<Args extends readonly unknown[] = readonly unknown[], Result = unknown> {
  /** Arguments of the activity that is undone. */
  readonly args: Args;
  /** Its recorded result; undefined when `inDoubt`. */
  readonly result: Result;
  /** True when it is unknown whether the activity took effect. Only compensations declared with `inDoubt: true` are then called. */
  readonly inDoubt: boolean;
  /** Idempotency key that the activity was handed. */
  readonly idempotencyKey: string;
}

export interface CompensationDefinition {
  readonly name: string;
  /** Also call it for an activity whose outcome is unknown. */
  readonly inDoubt: boolean;
  readonly options: ActivityOptions;
  invoke(call: CompensationCall): unknown;
}

export interface ActivityDefinition {
  /** Unique in the application; step ids are `name:n`. */
  readonly name: string;
  readonly options: ActivityOptions;
  /** Calls the undecorated method on its provider. */
  invoke(args: readonly unknown[]): unknown;
  readonly compensation?: CompensationDefinition | undefined;
}
