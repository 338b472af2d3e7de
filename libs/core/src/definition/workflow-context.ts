import type { Logger } from '../ports/logger.js';
import type { ActivityOptions } from './activity-definition.js';
import type { Duration } from './duration.js';
import type { MessagingContext } from './messaging-context.js';

export interface SleepOptions extends StepKey {
  /** Withdraws the sleep when it aborts: the promise then never settles, and the timer is removed. */
  readonly signal?: AbortSignal;
}

export interface StepKey {
  /** Replaces the counter in the step id (`name:=key` instead of `name:n`); unique per name within the instance. */
  readonly key?: string;
}

/** Options of an inline step. Inline steps never open a transaction of their own. */
export type StepOptions = Omit<ActivityOptions, 'transactional' | 'isolation'> & StepKey;

/** What `run(input, ctx)` of a workflow is handed (A4). Everything on it is deterministic and durable. */
export interface WorkflowContext<Input = unknown> extends MessagingContext<Input> {
  readonly instanceId: string;
  readonly workflowName: string;
  readonly input: Input;
  /** True while recorded history is being delivered again. */
  readonly isReplaying: boolean;
  /** Silent during replay. */
  readonly logger: Logger;
  /** Runs `fn` once and records what it returns or throws (A5). */
  step<T>(name: string, fn: () => T | Promise<T>, options?: StepOptions): Promise<T>;
  /** Parks the instance until `duration` has passed; survives restarts, never fires early. */
  sleep(duration: Duration, options?: SleepOptions): Promise<void>;
  /** Parks the instance until this time; returns at the next turn when it is past. */
  sleepUntil(time: Date | number, options?: SleepOptions): Promise<void>;
  /** Time of the last recorded event: equal in every replay. */
  now(): Date;
  /** A version 4 shaped UUID, equal in every replay. */
  uuid(): string;
  /** In [0, 1), equal in every replay. */
  random(): number;
  /** A short text that every process can read; written with the instance's next commit. */
  setStage(stage: string): void;
  /** Registers an activity method to be called with these arguments if the instance fails or is cancelled. */
  addCompensation<Args extends readonly unknown[]>(activity: (...args: Args) => unknown, ...args: Args): Promise<void>;
}
