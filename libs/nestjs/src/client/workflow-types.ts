import type { ConflictPolicy, Duration, TraceContext } from '@romancy/core';
import type { WorkflowType } from '../decorators/workflow.decorator.js';

type Run<C extends WorkflowType> = InstanceType<C>['run'];

/**
 * Type of the input that a workflow class takes: the first parameter of its `run`.
 *
 * @example
 * ```ts
 * const order: WorkflowInput<typeof OrderWorkflow> = { orderId: '17' };
 * ```
 */
export type WorkflowInput<C extends WorkflowType> = Parameters<Run<C>> extends [] ? undefined : Parameters<Run<C>>[0];

/**
 * Type of the result of a workflow class: what the promise of its `run` resolves to.
 *
 * @example
 * ```ts
 * function show(result: WorkflowResult<typeof OrderWorkflow>): string { … }
 * ```
 */
export type WorkflowResult<C extends WorkflowType> = Awaited<ReturnType<Run<C>>>;

/** Options of `WorkflowClient.start`. */
export interface StartOptions {
  /** Makes the start idempotent: a second start with this id gets what `onConflict` says. Default a time-ordered UUID. */
  readonly instanceId?: string;
  /**
   * What a second start with the same id gets. `'use-existing'` (default): the existing instance, unchanged. `'fail'`: an
   * `InstanceConflictError`. `'restart-if-terminal'`: a new instance that continues the ended one; the first id then resolves to it.
   */
  readonly onConflict?: ConflictPolicy;
  /**
   * Trace that the instance belongs to (`traceparent`, `tracestate`), where the caller knows it from a message. Default: that of the calling
   * code, where `@romancy/otel` is set up.
   */
  readonly traceContext?: TraceContext | undefined;
}

/** Options of `WorkflowHandle.result`. */
export interface ResultOptions {
  /** How long to wait, for example `'10s'` or milliseconds. Default: without limit. */
  readonly timeout?: Duration;
}

/** Options of `WorkflowClient.execute`. */
export interface ExecuteOptions extends StartOptions, ResultOptions {}

/** Arguments after the class: the input may be left out where `run` does not need one. */
export type InputAnd<C extends WorkflowType, Options> =
  undefined extends WorkflowInput<C>
    ? [input?: WorkflowInput<C>, options?: Options]
    : [input: WorkflowInput<C>, options?: Options];

export interface MessageOptions {
  /** A JSON object beside the data. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Makes the call idempotent: a second message with this id is not stored. Default a time-ordered UUID. */
  readonly messageId?: string;
}
