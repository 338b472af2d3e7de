import type { TraceContext } from '../ports/tracing.js';
import type { InstanceEvent } from './instance-events.js';

export interface EventReceivedEvent {
  readonly time: Date;
  readonly eventId: string;
  readonly eventType: string;
  readonly eventSource: string;
  /** The only instance that gets it; null where it is for all that wait. */
  readonly instanceId: string | null;
  /** Instances that it has started. */
  readonly started: readonly string[];
  readonly traceContext: TraceContext | undefined;
}

export interface WaitEvent extends InstanceEvent {
  readonly stepId: string;
  /** Type of the event, or name of the channel, as the workflow names it. */
  readonly eventType: string;
  readonly kind: 'event' | 'channel';
  /** Only what has this key is waited for; null for anything. */
  readonly key: string | null;
}

export interface EventWaitStartEvent extends WaitEvent {
  /** Null for a wait without time-out. */
  readonly deadline: Date | null;
}

interface WaitedPart {
  /** When the workflow asked; equal in every process. */
  readonly waitingSince: Date;
  /** Milliseconds since then. */
  readonly duration: number;
}

export interface EventWaitCompleteEvent extends WaitEvent, WaitedPart {
  readonly messageId: string;
  readonly publishedAt: Date;
  /** Milliseconds from when both the wait and the message were there until the instance had it. */
  readonly delay: number;
  /** Of whoever sent it. */
  readonly traceContext: TraceContext | undefined;
}

export interface EventTimeoutEvent extends WaitEvent, WaitedPart {
  readonly deadline: Date;
}

export interface TimerStartEvent extends InstanceEvent {
  readonly timerId: string;
  readonly expiresAt: Date;
}

export interface TimerFiredEvent extends TimerStartEvent, WaitedPart {
  /** Milliseconds after `expiresAt`. */
  readonly delay: number;
}
