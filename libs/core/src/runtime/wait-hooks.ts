import type { WaitEvent } from '../hooks/wait-events.js';
import type { MessageRow } from '../ports/message.js';
import type { ReceiveCommand, SleepCommand } from '../replay/command.js';
import type { ActiveTurn } from './active-turn.js';
import type { EntryDraft } from './entry-draft.js';
import { traceOfMetadata } from './trace-text.js';
import { whenRecorded } from './turn-report.js';

/** A wait begins, unless an earlier turn has stored it. */
export function tellWait(turn: ActiveTurn, command: ReceiveCommand): void {
  const { onEventWaitStart } = turn.services.hooks;
  if (!onEventWaitStart || !turn.memory.isNew(command.stepId)) return;
  const deadline = command.deadline === undefined ? null : new Date(command.deadline);
  onEventWaitStart({ ...factsOf(turn, command), deadline });
}

/** A wait has got this message: told with the row of the draft. To be called before the row is delivered. */
export function tellMessage(turn: ActiveTurn, draft: EntryDraft, command: ReceiveCommand, message: MessageRow): void {
  const waited = waitedOf(turn, command.stepId);
  whenRecorded(draft, turn.services.hooks.onEventWaitComplete, () => {
    const delay = waited().time.getTime() - Math.max(message.publishedAt, waited().waitingSince.getTime());
    return {
      ...factsOf(turn, command),
      ...waited(),
      messageId: message.messageId,
      publishedAt: new Date(message.publishedAt),
      delay: Math.max(delay, 0),
      traceContext: traceOfMetadata(message.metadata),
    };
  });
}

export function tellTimeout(turn: ActiveTurn, command: ReceiveCommand, deadline: Date): void {
  const waited = waitedOf(turn, command.stepId);
  whenRecorded(turn.journal.draft, turn.services.hooks.onEventTimeout, () => ({
    ...factsOf(turn, command),
    ...waited(),
    deadline,
  }));
}

/** A sleep begins, unless an earlier turn has stored it. */
export function tellTimer(turn: ActiveTurn, { stepId, deadline }: SleepCommand): void {
  const { memory, services, report } = turn;
  const { onTimerStart } = services.hooks;
  if (!onTimerStart || !memory.isNew(stepId)) return;
  const expiresAt = memory.deadlines.get(stepId) ?? deadline;
  onTimerStart({ ...report.facts(), timerId: stepId, expiresAt: new Date(expiresAt) });
}

export function tellFired(turn: ActiveTurn, timerId: string, deadline: number): void {
  const waited = waitedOf(turn, timerId);
  whenRecorded(turn.journal.draft, turn.services.hooks.onTimerFired, () => ({
    ...turn.report.facts(),
    ...waited(),
    timerId,
    expiresAt: new Date(deadline),
    delay: Math.max(waited().time.getTime() - deadline, 0),
  }));
}

function factsOf(turn: ActiveTurn, { stepId, channel, mode, key }: ReceiveCommand): WaitEvent {
  const kind = mode === 'event' ? 'event' : 'channel';
  return { ...turn.report.facts(), stepId, eventType: channel, kind, key };
}

/** How long a step that is about to be delivered was waited for. */
function waitedOf(turn: ActiveTurn, stepId: string): () => { time: Date; waitingSince: Date; duration: number } {
  const time = turn.services.clock.now();
  const since = turn.memory.coroutine.askedAt(stepId) ?? time;
  return () => ({ time: new Date(time), waitingSince: new Date(since), duration: Math.max(time - since, 0) });
}
