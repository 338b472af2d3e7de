import type { WaitEvent } from '../hooks/wait-events.js';
import { readRecordedMessage } from '../messages/received-message.js';
import type { HistoryRow } from '../ports/history-row.js';
import type { MessageRow } from '../ports/message.js';
import type { ReceiveCommand, SleepCommand } from '../replay/command.js';
import type { ActiveTurn } from './active-turn.js';
import type { EntryDraft } from './entry-draft.js';
import { traceOfMetadata } from './trace-text.js';
import { whenRecorded } from './turn-report.js';

type Had = Pick<MessageRow, 'messageId' | 'publishedAt' | 'metadata'>;

/** A wait begins, unless an earlier turn has stored it. */
export function tellWait(turn: ActiveTurn, command: ReceiveCommand): void {
  const { onEventWaitStart } = turn.services.hooks;
  if (!onEventWaitStart || !turn.memory.isNew(command.stepId)) return;
  const deadline = command.deadline === undefined ? null : new Date(command.deadline);
  onEventWaitStart({ ...factsOf(turn, command), deadline });
}

/** A wait has got this message: told with the row of the draft. To be called before the row is delivered. */
export function tellMessage(turn: ActiveTurn, draft: EntryDraft, command: ReceiveCommand, message: Had): void {
  const { onEventWaitComplete } = turn.services.hooks;
  if (!onEventWaitComplete) return;
  const waited = waitedOf(turn, command.stepId);
  whenRecorded(draft, onEventWaitComplete, () => {
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

/**
 * A sibling has brought the message while nobody had the instance in hand: told with the entry that removes the stored wait. To be called before the
 * row is delivered.
 */
export function tellBrought(turn: ActiveTurn, row: HistoryRow): void {
  const { memory, services, journal } = turn;
  if (!services.hooks.onEventWaitComplete || !memory.storedWaits.has(row.activityId)) return;
  const command = memory.coroutine.pendingCommand(row.activityId);
  if (command?.kind !== 'receive' || row.eventType !== 'ChannelMessageReceived') return;
  const { messageId, rowId, publishedAt, metadata } = readRecordedMessage(row);
  const message = {
    messageId: messageId ?? String(rowId ?? row.activityId),
    publishedAt,
    metadata: JSON.stringify(metadata),
  };
  tellMessage(turn, journal.draft, command, message);
}

export function tellTimeout(turn: ActiveTurn, command: ReceiveCommand, deadline: Date): void {
  const { onEventTimeout } = turn.services.hooks;
  if (!onEventTimeout) return;
  const waited = waitedOf(turn, command.stepId);
  whenRecorded(turn.journal.draft, onEventTimeout, () => ({
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
  const { onTimerFired } = turn.services.hooks;
  if (!onTimerFired) return;
  const waited = waitedOf(turn, timerId);
  whenRecorded(turn.journal.draft, onTimerFired, () => ({
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
