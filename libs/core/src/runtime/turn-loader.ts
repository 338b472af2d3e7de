import { toEvent } from '../history/row-events.js';
import { directChannel } from '../messages/channel-name.js';
import { readRecordedMessage } from '../messages/received-message.js';
import type { HistoryRow } from '../ports/history-row.js';
import { Settlement } from './settlement.js';
import { DurableContext } from '../replay/durable-context.js';
import type { HistoryEvent } from '../replay/event.js';
import { quiesce, yieldToEventLoop } from '../replay/quiescence.js';
import { NonDeterminismError } from '../errors/non-determinism-error.js';
import type { ActiveTurn } from './active-turn.js';
import { ReplayHooks } from './replay-hooks.js';
import { tellBrought } from './wait-hooks.js';

/** Rows. */
export const HISTORY_PAGE = 1000;
const LARGE_PAGE = 10 * HISTORY_PAGE;
/** Characters and bytes of a page's payloads. A large page of such rows takes ten times as much at most, if the rest is like the beginning. */
const SMALL_PAGE = 1 << 20;

/** The first task of a turn: brings the coroutine to where the instance is, and takes in hand what is open there. */
export async function openTurn(turn: ActiveTurn): Promise<void> {
  const { memory, instance } = turn;
  if (instance.status === 'compensating') {
    turn.report.began(false);
    if (turn.enterSettling()) void new Settlement(turn).resume();
    return;
  }
  if (instance.fresh) {
    turn.report.began(true);
    await startRun(turn);
  } else await replayInto(turn);
  const { coroutine } = memory;
  // Of a coroutine that replayed or came from the cache, only what is still open is handled; its earlier commands are recorded.
  coroutine.takeCommands();
  coroutine.takeWithdrawn();
  forgetSettledWaits(turn);
  // A cancel request ends an instance that its code no longer fits, too: compensations need no coroutine.
  if (instance.cancelRequested) {
    turn.settle({ kind: 'cancelled', reason: instance.cancelReason, previousStatus: turn.visibleStatus });
    return;
  }
  if (coroutine.violation === undefined) {
    for (const command of coroutine.pendingCommands()) turn.commands.handle(command);
  }
  await turn.absorb();
}

/** Runs the synchronous beginning of the workflow, with the input as a replay would see it. */
async function startRun(turn: ActiveTurn): Promise<void> {
  const { memory, services, instance } = turn;
  const { coroutine } = memory;
  memory.started = true;
  const read: unknown = services.payloads.reviveStored(JSON.parse(instance.input));
  const input: unknown = read instanceof Promise ? await read : read;
  coroutine.start(() => {
    const context = new DurableContext(coroutine, instance.definition.name, input, services.logger);
    return instance.definition.create().run(input, context);
  });
  await quiesce();
  coroutine.rest();
}

/**
 * Brings the coroutine up to what is recorded (E4): a fresh one from the first row, a cached one by reading on from where it stopped. One row,
 * one delivery, one quiescence point (E2).
 */
async function replayInto(turn: ActiveTurn): Promise<void> {
  const { memory, services, instance } = turn;
  memory.dirty = true;
  const cached = memory.started;
  // Attempts are the one thing that changes without a row.
  if (!cached || memory.attempts.size > 0) {
    const state = await services.storage.runState.load(instance.instanceId);
    if (cached && !memory.knowsAttempts(state.attempts)) memory.forget();
    if (!memory.started) memory.absorb(state);
  }
  const { instanceId } = instance;
  let rows = await firstPage(turn);
  const { coroutine, started: resumed } = memory;
  const replay = new ReplayHooks(turn);
  turn.report.began(!resumed && rows.length === 0 && !memory.hasParked);
  if (!resumed) {
    replay.started(rows);
    coroutine.replaying = rows.length > 0;
    await startRun(turn);
  }
  for (let page = HISTORY_PAGE; ;) {
    const more = rows.length === page;
    for (const row of rows) {
      memory.position = row.id;
      turn.journal.observe(row.time);
      if (coroutine.isSettled(row.activityId)) continue;
      if (resumed) {
        // Our own turns have delivered what they recorded. With a row of another process came compensations, timers or subscriptions, perhaps.
        memory.forget();
        return replayInto(turn);
      }
      memory.rows += 1;
      // What followed from a row ran before the row was committed (E9), or right after it: also behind the last row nothing is new.
      // What a sibling has brought to a stored wait was never delivered: what follows from it is new.
      coroutine.replaying = !memory.storedWaits.has(row.activityId);
      await replayRow(turn, row, replay);
      if (coroutine.violation) return;
    }
    if (!more) break;
    page = pageAfter(rows);
    rows = await services.storage.history.read(instanceId, memory.position, page);
  }
  coroutine.replaying = false;
  replay.completed();
}

/** To the database the rest of a long history costs as much as a page of it. */
function pageAfter(rows: readonly HistoryRow[]): number {
  const size = rows.reduce((sum, { data, binary }) => sum + (data?.length ?? 0) + (binary?.length ?? 0), 0);
  return size < SMALL_PAGE ? LARGE_PAGE : HISTORY_PAGE;
}

/** Of a history that is known there is little to read: instances that wake together read together. */
function firstPage(turn: ActiveTurn): Promise<readonly HistoryRow[]> {
  const { memory, services } = turn;
  const { instanceId } = turn.instance;
  turn.receives.lookAhead();
  if (memory.started) return services.newRows.ask({ instanceId, afterId: memory.position });
  return services.storage.history.read(instanceId, memory.position, HISTORY_PAGE);
}

async function replayRow(turn: ActiveTurn, row: HistoryRow, replay: ReplayHooks): Promise<void> {
  const { memory, services } = turn;
  // Timers and I/O of others must not wait for the end of a long history.
  if (memory.rows % HISTORY_PAGE === 0) await yieldToEventLoop();
  noteReceived(turn, row);
  const read = toEvent(row, services.payloads, services.errorTypes);
  const event = read instanceof Promise ? await read : read;
  if (!event) return;
  warnOfChangedInput(turn, event);
  tellBrought(turn, row);
  const told = replay.row(event, row);
  if (told) await told;
  memory.coroutine.deliver(event);
  await quiesce();
  memory.coroutine.rest();
  memory.lastTime = Math.max(memory.lastTime, row.time);
}

/** Rows of waits that a sibling has ended, or a crash came before the entry that would have removed them. */
function forgetSettledWaits({ memory, journal }: ActiveTurn): void {
  const { coroutine } = memory;
  for (const stepId of memory.storedWaits) {
    if (!coroutine.isSettled(stepId)) continue;
    memory.storedWaits.delete(stepId);
    journal.draft.messaging.removeWaits.push(stepId);
  }
  for (const timerId of memory.deadlines.keys()) {
    if (!coroutine.isSettled(timerId)) continue;
    memory.deadlines.delete(timerId);
    journal.draft.removeTimers.push(timerId);
  }
}

/** What the instance has received already is offered to none of its waits again. */
function noteReceived({ memory, root }: ActiveTurn, row: HistoryRow): void {
  if (row.eventType !== 'ChannelMessageReceived') return;
  const recorded = readRecordedMessage(row);
  const { channel, storedOn } = recorded;
  const known = [storedOn, channel, directChannel(channel ?? '', root)].find(
    (name) => name !== undefined && memory.subscriptions.has(name),
  );
  const name = known ?? storedOn ?? channel;
  if (name !== undefined) memory.listening(name).observe(recorded);
}

/** The recorded result counts, whatever the step is asked with now; but the difference is a hint at changed code (E5 f). */
function warnOfChangedInput(turn: ActiveTurn, event: HistoryEvent): void {
  const command = turn.memory.coroutine.pendingCommand(event.stepId);
  if (command?.kind !== 'activity' || event.inputText === undefined) return;
  if (encoded(turn, command.args) === event.inputText) return;
  const { instanceId, definition, startedWith } = turn.instance;
  const error = new NonDeterminismError({
    kind: 'input-changed',
    instanceId,
    workflowName: definition.name,
    asked: { ...command, callSite: command.callSite?.place },
    recorded: {
      stepId: event.stepId,
      kind: event.kind,
      name: event.name,
      time: new Date(event.time).toISOString(),
      codeVersion: startedWith,
    },
  });
  turn.report.logger.warn(error.message, { stepId: event.stepId, code: error.code });
}

/** Arguments that could not be stored are on record as a failure without input. */
function encoded({ services }: ActiveTurn, args: readonly unknown[]): string {
  try {
    return services.payloads.encode(args);
  } catch {
    return '[]';
  }
}
