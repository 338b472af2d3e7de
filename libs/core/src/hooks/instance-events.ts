import type { TraceContext } from '../ports/tracing.js';

/** What every event about an instance tells. */
export interface InstanceEvent {
  readonly instanceId: string;
  readonly workflowName: string;
  /** When it happened, by the engine's clock. */
  readonly time: Date;
}

interface EndEvent extends InstanceEvent {
  readonly startedAt: Date;
  /** Milliseconds from the start of the instance to its end. */
  readonly duration: number;
}

export interface WorkflowStartEvent extends InstanceEvent {
  readonly input: unknown;
  /** The instance that it continues: an earlier generation, or one that was started again; null for none. */
  readonly continuedFrom: string | null;
  /** Message id of the event that started it; null for none. */
  readonly startedBy: string | null;
}

export interface WorkflowCompleteEvent extends EndEvent {
  readonly result: unknown;
}

/** What became of the compensations of an instance that failed or was cancelled, by the ids of the steps that they undo. */
export interface CompensationSummary {
  readonly executed: readonly string[];
  readonly failed: readonly string[];
  /** Steps of which nobody knows whether they took effect. */
  readonly inDoubt: readonly string[];
}

export interface WorkflowFailedEvent extends EndEvent {
  readonly error: unknown;
  readonly compensations: CompensationSummary;
}

export interface WorkflowCancelledEvent extends EndEvent {
  readonly reason: string | null;
  readonly compensations: CompensationSummary;
}

export interface WorkflowRecurEvent extends EndEvent {
  readonly nextInstanceId: string;
  /** Input of the next generation. */
  readonly input: unknown;
}

export interface WorkflowBlockedEvent extends InstanceEvent {
  readonly error: unknown;
  /** Stable code of the explanation. */
  readonly code: string;
}

export interface LeaseLostEvent extends InstanceEvent {
  readonly error: unknown;
}

export interface TurnStartEvent extends InstanceEvent {
  /** First turn of the instance. */
  readonly first: boolean;
  /** The instance was taken from another holder: an expired lease, or a dead worker's. */
  readonly takeover: boolean;
  readonly startedAt: Date;
  /** Milliseconds that the instance has waited for its first turn; undefined for later ones. */
  readonly queueDelay: number | undefined;
  /** What was stored with the instance when it was started. */
  readonly traceContext: TraceContext | undefined;
}

/** How a turn ended: with an end of the instance, parked (`waiting`, `blocked`), handed back (`released`), or without its lease (`lost`). */
export type TurnOutcome =
  'completed' | 'failed' | 'cancelled' | 'recurred' | 'waiting' | 'blocked' | 'released' | 'lost';

export interface TurnEndEvent extends InstanceEvent {
  readonly outcome: TurnOutcome;
  /** Milliseconds. */
  readonly duration: number;
}

export interface ReplayStartEvent extends InstanceEvent {
  /** Recorded rows that were read so far: 1000 at most, {@link ReplayCompleteEvent} has them all. */
  readonly historyEvents: number;
  /** Step of the first of them: where the replay begins. */
  readonly firstStepId: string;
}

export interface ReplayCompleteEvent extends InstanceEvent {
  readonly historyEvents: number;
  /** Activities and inline steps whose recorded result was used. */
  readonly cacheHits: number;
  /** Steps that have no result yet: where the instance goes on. */
  readonly pendingSteps: readonly string[];
  /** Milliseconds. */
  readonly duration: number;
}
