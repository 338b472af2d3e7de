import type { SiblingWait } from '../ports/inspection.js';
import type { ResumeState } from '../ports/stores.js';
import { retryTimerId } from '../runtime/turn-types.js';

/** What keeps an instance waiting. */
export interface WaitingFor {
  readonly kind: 'timer' | 'message' | 'retry';
  readonly stepId: string;
  /** Where a message is waited for: the channel, or the type of the event. */
  readonly channel: string | null;
  /** Only a message with this key will do. */
  readonly key: string | null;
  /** Milliseconds: when the timer fires, the step is tried again, or the wait for a message ends. */
  readonly until: number | null;
}

export function waitingFor(state: ResumeState, siblings: readonly SiblingWait[]): readonly WaitingFor[] {
  const messages = state.waits.map(({ stepId, channel, key }): WaitingFor => ({
    kind: 'message',
    stepId,
    channel,
    key,
    until: state.timers.find((timer) => timer.activityId === stepId)?.expiresAt ?? null,
  }));
  const ofSiblings = siblings
    .filter(({ channel }) => !messages.some((wait) => wait.channel === channel))
    .map(({ channel, stepId, timeoutAt }): WaitingFor => ({
      kind: 'message',
      stepId,
      channel,
      key: null,
      until: timeoutAt,
    }));
  const receiving = new Set([...messages, ...ofSiblings].map(({ stepId }) => stepId));
  const timers = state.timers
    .filter(({ activityId }) => !receiving.has(activityId))
    .map(({ timerId, activityId, expiresAt }): WaitingFor => ({
      kind: timerId === retryTimerId(activityId) ? 'retry' : 'timer',
      stepId: activityId,
      channel: null,
      key: null,
      until: expiresAt,
    }));
  return [...messages, ...ofSiblings, ...timers];
}
