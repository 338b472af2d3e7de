import type { CommitEvent, OutboxFailedEvent, OutboxSentEvent } from './engine-events.js';
import type * as instance from './instance-events.js';
import type * as step from './step-events.js';
import type * as wait from './wait-events.js';

type Heard = void | Promise<void>;

/**
 * Listeners to what happens to workflows in this process. Each is optional. Nothing waits for them: what one throws or rejects with is logged
 * and changes nothing, and one that does not come to an end is called no more once 1000 of its calls are open. What tells of something
 * recorded is called after the commit, at most once for it, and not at all when the process dies in between: for effects that must happen, use an
 * activity or the outbox.
 *
 * @example
 * ```ts
 * const alarms: WorkflowHooks = {
 *   onWorkflowFailed: ({ instanceId, error }) => pager.alarm(`${instanceId}: ${String(error)}`),
 * };
 * ```
 */
export interface WorkflowHooks {
  /** An instance was created: by a start, an event, or the generation before. Told by the process that created it. */
  onWorkflowStart?(event: instance.WorkflowStartEvent): Heard;
  /** An instance has returned a result. */
  onWorkflowComplete?(event: instance.WorkflowCompleteEvent): Heard;
  /** An instance has failed, and its compensations are done. */
  onWorkflowFailed?(event: instance.WorkflowFailedEvent): Heard;
  /** An instance was cancelled, and its compensations are done. */
  onWorkflowCancelled?(event: instance.WorkflowCancelledEvent): Heard;
  /** A generation has ended and the next one goes on; `onWorkflowStart` tells of that one. */
  onWorkflowRecur?(event: instance.WorkflowRecurEvent): Heard;
  /** An instance was parked because its code does not fit its history. */
  onWorkflowBlocked?(event: instance.WorkflowBlockedEvent): Heard;
  /** An attempt begins; `attempt` tells which. */
  onActivityStart?(event: step.ActivityStartEvent): Heard;
  /** The result of an activity or of an inline step is recorded. */
  onActivityComplete?(event: step.ActivityCompleteEvent): Heard;
  /** An activity has failed for good, and that is recorded. */
  onActivityFailed?(event: step.ActivityFailedEvent): Heard;
  /** An attempt has failed and another one follows. */
  onActivityRetry?(event: step.ActivityRetryEvent): Heard;
  /** A replay uses a recorded result. */
  onActivityCacheHit?(event: step.ActivityCacheHitEvent): Heard;
  /** A CloudEvent was accepted and stored; a repeated delivery is not told. */
  onEventReceived?(event: wait.EventReceivedEvent): Heard;
  /** A workflow begins to wait for an event or a message. */
  onEventWaitStart?(event: wait.EventWaitStartEvent): Heard;
  /** It has got what it waited for. */
  onEventWaitComplete?(event: wait.EventWaitCompleteEvent): Heard;
  /** It has waited in vain. */
  onEventTimeout?(event: wait.EventTimeoutEvent): Heard;
  /** A durable sleep begins. */
  onTimerStart?(event: wait.TimerStartEvent): Heard;
  /** A durable sleep has ended. */
  onTimerFired?(event: wait.TimerFiredEvent): Heard;
  /** Recorded history is delivered again, because the instance is not in memory. */
  onReplayStart?(event: instance.ReplayStartEvent): Heard;
  /** The instance is where it was. */
  onReplayComplete?(event: instance.ReplayCompleteEvent): Heard;
  /** An attempt of a compensation begins. */
  onCompensationStart?(event: step.CompensationStartEvent): Heard;
  /** A compensation is done, and that is recorded. */
  onCompensationComplete?(event: step.CompensationCompleteEvent): Heard;
  /** A compensation has failed for good; what it should have undone stays. */
  onCompensationFailed?(event: step.CompensationFailedEvent): Heard;
  /** An attempt of a compensation has failed and another one follows. */
  onCompensationRetry?(event: step.CompensationRetryEvent): Heard;
  /** The publisher of the outbox has taken an event. */
  onOutboxSent?(event: OutboxSentEvent): Heard;
  /** An attempt to send an event has failed, or the event was given up. */
  onOutboxFailed?(event: OutboxFailedEvent): Heard;
  /** This process has lost an instance to another one, or could not go on with it. */
  onLeaseLost?(event: instance.LeaseLostEvent): Heard;
  /** This process begins to work on an instance. */
  onTurnStart?(event: instance.TurnStartEvent): Heard;
  /** It has stopped working on it: the instance has ended, waits, or is somebody else's. */
  onTurnEnd?(event: instance.TurnEndEvent): Heard;
  /** A group of entries was written. */
  onCommit?(event: CommitEvent): Heard;
}

/** Name of a hook. */
export type HookName = keyof WorkflowHooks;

/** What a hook of this name is called with. */
export type HookEvent<Name extends HookName> = Parameters<NonNullable<WorkflowHooks[Name]>>[0];
