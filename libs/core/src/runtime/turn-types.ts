import type { WorkflowDefinition } from '../definition/workflow-definition.js';
import type { InstanceStatus, NewInstance, TerminalStatus } from '../ports/instance.js';
import type { RunMemory } from './run-memory.js';

/** The instance that a turn works on, as it was when the turn took it. */
export interface TurnInstance {
  readonly instanceId: string;
  readonly definition: WorkflowDefinition;
  /** Code version that it was started with. */
  readonly startedWith: string;
  readonly status: InstanceStatus;
  readonly startedAt: number;
  /** First instance of the chain; null for itself. */
  readonly chain: string | null;
  /** Message id of the event that started it. */
  readonly startedBy: string | null;
  /** Trace context as it is stored. */
  readonly trace: string | null;
  /** JSON text. */
  readonly input: string;
  /** Started a moment ago by this process: nothing is read. */
  readonly fresh: boolean;
  /** Taken from a holder whose lease had expired: bodies may have been under way. */
  readonly takeover: boolean;
  readonly cancelRequested: boolean;
  readonly cancelReason: string | null;
}

export type TurnEnd =
  | { readonly kind: 'ended'; readonly status: TerminalStatus; readonly output: string }
  /** The next generation goes on; `memory` is this one's. */
  | { readonly kind: 'recurred'; readonly next: NewInstance; readonly memory: RunMemory }
  /** Waits only; `wakeAt` is the earliest deadline, if there is one. */
  | { readonly kind: 'parked'; readonly wakeAt: number | undefined }
  | { readonly kind: 'blocked' }
  /** Handed back because the process stops. */
  | { readonly kind: 'released' }
  /** Another worker has it, or the turn could not go on here; the lease decides who goes on. */
  | { readonly kind: 'lost' };

/** Why an instance is brought to its end by the engine rather than by its own return. */
export type EndCause =
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'cancelled'; readonly reason: string | null; readonly previousStatus: InstanceStatus };

/** Timer that a parked retry waits on. */
export function retryTimerId(stepId: string): string {
  return `$retry:${stepId}`;
}
