import { Injectable, Optional } from '@nestjs/common';
import { currentActivity, type ActivityScope, type EventToken, type Logger } from '@romancy/core';
import { activityManager } from '@romancy/typeorm';
import type { EntityManager } from 'typeorm';
import type { EmitOptions } from '../outbox/emit-options.js';
import { OutboxWriter } from '../outbox/outbox-writer.js';
import { NotInActivityError } from '../errors/not-in-activity.error.js';
import { NotTransactionalError } from '../errors/not-transactional.error.js';

/**
 * What an activity knows about the attempt that it runs in. A singleton: inject it once, it reads the attempt of the call that asks. All
 * members but `isInActivity` throw {@link NotInActivityError} where no activity runs.
 *
 * @example
 * ```ts
 * constructor(private readonly gateway: PaymentGateway, private readonly activity: ActivityContext) {}
 *
 * @Activity({ transactional: false })
 * async charge(orderId: string, amount: number) {
 *   return this.gateway.charge(orderId, amount, { key: this.activity.idempotencyKey, signal: this.activity.signal });
 * }
 * ```
 */
@Injectable()
export class ActivityContext {
  constructor(@Optional() private readonly writer?: OutboxWriter) {}

  /** True in an activity, an inline step or a compensation; false in workflow code and everywhere else. */
  get isInActivity(): boolean {
    return currentActivity() !== undefined;
  }

  /**
   * Manager of the attempt's transaction, opened at its first use; what it writes commits together with the result of the activity. Injected
   * repositories use it by themselves.
   * @throws NotTransactionalError in an inline step and where `transactional: false`.
   */
  get manager(): EntityManager {
    const { transaction, activityName } = scope('manager');
    if (!transaction) throw new NotTransactionalError(activityName);
    return activityManager(transaction);
  }

  /** Number of the attempt, from 1; counts on across restarts of the process. */
  get attempt(): number {
    return scope('attempt').attempt;
  }

  /** `instanceId/stepId`, equal for all attempts of the step: hand it to systems outside so that they do the thing once. */
  get idempotencyKey(): string {
    return scope('idempotencyKey').idempotencyKey;
  }

  /** Aborts when the attempt's result is no longer wanted: time-out, cancellation, lost lease, shutdown. */
  get signal(): AbortSignal {
    return scope('signal').signal;
  }

  /** Id of the workflow instance. */
  get instanceId(): string {
    return scope('instanceId').instanceId;
  }

  /** Name of the workflow. */
  get workflowName(): string {
    return scope('workflowName').workflowName;
  }

  /** Id of the step within the instance, for example `charge:1`. */
  get stepId(): string {
    return scope('stepId').stepId;
  }

  /** Logger that adds instance, step and attempt. */
  get logger(): Logger {
    return scope('logger').logger;
  }

  /**
   * Puts an event into the outbox, in the transaction that records the success of this attempt: no success, no event. From there it is sent at
   * least once (module option `outbox`), with an id that is the same for all attempts of the step.
   *
   * @returns the id of the event
   * @throws InvalidEventError, UnstorableValueError
   * @example
   * ```ts
   * await this.activity.emit(stockReserved, { holdId: hold.id });
   * ```
   */
  async emit<Data>(type: EventToken<Data> | string, data: NoInfer<Data>, options: EmitOptions = {}): Promise<string> {
    const activity = scope('emit');
    return (this.writer ?? new OutboxWriter(undefined, undefined)).emitFrom(activity, type, data, options);
  }

  /**
   * Calls back after the result of this attempt is committed; never after a roll-back or a failure. It may be lost with the process: for
   * what must happen, use an activity of its own.
   */
  afterCommit(callback: () => void | Promise<void>): void {
    scope('afterCommit').afterCommit(callback);
  }
}

function scope(member: string): ActivityScope {
  const activity = currentActivity();
  if (!activity) throw new NotInActivityError(member);
  return activity;
}
