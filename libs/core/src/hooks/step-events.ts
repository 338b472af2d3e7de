import type { InstanceEvent } from './instance-events.js';

export interface ActivityEvent extends InstanceEvent {
  /** Id within the instance, for example `charge:1`. */
  readonly stepId: string;
  readonly activityName: string;
  /** `step` for one of `ctx.step`. */
  readonly kind: 'activity' | 'step';
}

interface AttemptPart {
  /** From 1; counts on across restarts. */
  readonly attempt: number;
}

interface EndedPart extends AttemptPart {
  /** Milliseconds of this attempt. */
  readonly duration: number;
  /** Milliseconds since the first attempt began, with the waits between attempts. */
  readonly totalDuration: number;
}

interface RetryPart extends EndedPart {
  readonly error: unknown;
  /** `Infinity` for no limit. */
  readonly maxAttempts: number;
  /** Milliseconds until the next attempt. */
  readonly nextDelay: number;
}

export interface ActivityStartEvent extends ActivityEvent, AttemptPart {
  readonly args: readonly unknown[];
}

export interface ActivityCompleteEvent extends ActivityEvent, EndedPart {
  readonly result: unknown;
}

export interface ActivityFailedEvent extends ActivityEvent, EndedPart {
  readonly error: unknown;
}

export interface ActivityRetryEvent extends ActivityEvent, RetryPart {}

export interface ActivityCacheHitEvent extends ActivityEvent {
  /** What was recorded. */
  readonly outcome: 'completed' | 'failed';
  /** Undefined for a failure. */
  readonly result: unknown;
  /** Undefined for a success. */
  readonly error: unknown;
  readonly recordedAt: Date;
}

export interface CompensationEvent extends InstanceEvent, AttemptPart {
  /** The compensation's own id, for example `compensation:12`. */
  readonly stepId: string;
  readonly compensationName: string;
}

export type CompensationStartEvent = CompensationEvent;

export interface CompensationCompleteEvent extends CompensationEvent, EndedPart {}

export interface CompensationFailedEvent extends CompensationEvent, EndedPart {
  readonly error: unknown;
}

export interface CompensationRetryEvent extends CompensationEvent, RetryPart {}
