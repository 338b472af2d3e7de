import { HistoryLimitError } from '../errors/history-limit-error.js';
import { LeaseLostError } from '../errors/lease-lost-error.js';
import { ActivityAbortedError } from '../errors/activity-aborted-error.js';
import { EntryConflictError } from '../errors/storage-errors.js';
import { completedOutput, timerExpired } from '../history/envelope.js';
import type { NewHistoryRow } from '../ports/history-row.js';
import type { InstanceStatus } from '../ports/instance.js';
import { isWait, type Command } from '../replay/command.js';
import type { WorkflowCoroutine } from '../replay/coroutine.js';
import type { HistoryEvent } from '../replay/event.js';
import { quiesce, yieldToEventLoop } from '../replay/quiescence.js';
import type { Body } from './body.js';
import { BodyLauncher } from './body-launcher.js';
import { blockRow, explain } from './blocking.js';
import type { EntryDraft } from './entry-draft.js';
import { Inbox } from './inbox.js';
import { Journal, type JournalAlarms, type Refusal } from './journal.js';
import { registerCompensation } from './compensation-command.js';
import type { RunMemory } from './run-memory.js';
import type { EngineServices } from './services.js';
import { Settlement } from './settlement.js';
import { replayInto, startRun } from './turn-loader.js';
import { retryTimerId, type EndCause, type TurnEnd, type TurnInstance } from './turn-types.js';
import { TurnWaits } from './turn-waits.js';
import { withResolvers } from './with-resolvers.js';

/** `running`: delivers and launches · `ending`: its last entry is on its way · `settling`: failure or cancellation is being settled. */
type Phase = 'running' | 'ending' | 'settling' | 'over';

/**
 * One exclusive pass over an instance under its lease: replays what is recorded, delivers what happens, launches what is asked for, and ends
 * by completing, parking, blocking, settling or losing. Everything that touches coroutine or journal is a task of its inbox.
 */
export class Turn implements JournalAlarms {
  readonly finished: Promise<TurnEnd>;
  readonly journal: Journal;
  readonly bodies = new Map<string, Body>();
  readonly inbox: Inbox;
  readonly waits: TurnWaits;
  readonly #launcher: BodyLauncher;
  readonly #finish: (end: TurnEnd) => void;
  #phase: Phase = 'running';
  #launching = 0;
  #draining = false;
  #blocked = false;
  #checkingStall = false;

  constructor(
    readonly services: EngineServices,
    readonly instance: TurnInstance,
    token: string,
    readonly memory: RunMemory,
  ) {
    const { promise, resolve } = withResolvers<TurnEnd>();
    this.finished = promise;
    this.#finish = resolve;
    this.journal = new Journal(instance.instanceId, token, services.journal, this, memory.lastTime);
    this.inbox = new Inbox(
      () => {
        this.#idle();
      },
      (error) => {
        this.#crash(error);
      },
    );
    this.waits = new TurnWaits(services.clock, (stepId) => {
      this.inbox.post(() => this.#due(stepId));
    });
    this.#launcher = new BodyLauncher(this);
    this.inbox.post(() => this.#begin());
  }

  get running(): boolean {
    return this.#phase === 'running';
  }

  get over(): boolean {
    return this.#phase === 'over';
  }

  /** The process is stopping. */
  get stopping(): boolean {
    return this.#draining;
  }

  /** Stops launching; hands the instance back when its bodies have ended (E21). */
  drain(): void {
    this.#draining = true;
    this.inbox.post(() => undefined);
  }

  requestCancel(reason: string | null): void {
    this.inbox.post(() => {
      this.#settle({ kind: 'cancelled', reason, previousStatus: this.#visibleStatus });
    });
  }

  /** The coroutine has found a violation outside a turn's deliveries. */
  inspect(coroutine: WorkflowCoroutine): void {
    if (coroutine !== this.memory.coroutine) return;
    this.inbox.post(() => {
      this.#absorb();
    });
  }

  /** A renewal did not find the lease. An entry under way may just have given it back: then its fence tells. */
  suspectLost(): void {
    if (!this.journal.busy) this.lose('renewal');
  }

  /** The lease is gone: signals fire, nothing more is recorded. */
  lose(cause?: unknown): void {
    if (this.#phase === 'over') return;
    const error = new LeaseLostError(this.instance.instanceId, cause);
    this.services.logger.warn(error.message, { instanceId: this.instance.instanceId, code: error.code });
    this.end({ kind: 'lost' }, error);
  }

  /** Ends the turn: late writers are refused, open transactions roll back. */
  end(end: TurnEnd, reason: unknown): void {
    if (this.#phase === 'over') return;
    this.#phase = 'over';
    this.journal.close();
    this.waits.clear();
    this.#abandonBodies(reason);
    this.#finish(end);
  }

  /** Records an event and lets the workflow run on to the next quiescence. */
  async deliver(event: HistoryEvent, row: NewHistoryRow | undefined): Promise<void> {
    if (row) this.record(row);
    this.#checkingStall = false;
    this.memory.coroutine.deliver(event);
    await quiesce();
    this.memory.coroutine.rest();
    this.memory.lastTime = Math.max(this.memory.lastTime, event.time);
    this.#absorb();
  }

  record(row: NewHistoryRow): void {
    this.journal.append(row);
    this.countRow();
  }

  /** Notes a row that goes into the journal's draft or into a transaction. */
  countRow(): void {
    this.memory.rows += 1;
    if (this.memory.rows === this.services.settings.historyWarnRows) {
      this.services.logger.warn('The history of an instance is growing long; think of recur.', {
        instanceId: this.instance.instanceId,
        rows: this.memory.rows,
      });
    }
    if (this.memory.takeovers > 0) {
      this.memory.takeovers = 0;
      this.journal.draft.clearTakeovers = true;
    }
  }

  refused(refusal: Refusal, draft: EntryDraft): void {
    if (refusal.kind === 'refused' && refusal.reason === 'cancel-requested') {
      this.journal.draft.salvage(draft);
      this.inbox.post(() => {
        this.#settle({
          kind: 'cancelled',
          reason: refusal.row?.cancelReason ?? null,
          previousStatus: this.#visibleStatus,
        });
      });
      return;
    }
    this.lose(refusal.kind === 'refused' ? refusal.reason : refusal.kind);
  }

  failed(error: unknown, draft: EntryDraft): void {
    const conflict = error instanceof EntryConflictError && error.conflict === 'value';
    if (conflict && draft.block === null) this.block(error);
    else this.lose(error);
  }

  /** Parks the instance with a full explanation; what was recorded stays (P7). */
  block(error: unknown): void {
    if (this.#blocked || this.#phase !== 'running') return;
    this.#blocked = true;
    this.waits.clear();
    this.services.logger.error(error instanceof Error ? error.message : String(error), {
      instanceId: this.instance.instanceId,
    });
    const { draft } = this.journal;
    draft.block = blockRow(error, this.instance.definition, this.services.clock.now());
    draft.release = true;
    draft.onCommitted.push(() => {
      this.end({ kind: 'blocked' }, new ActivityAbortedError({ activityName: '*', reason: 'ended' }));
    });
    this.journal.flush();
  }

  async #begin(): Promise<void> {
    const { memory, instance } = this;
    if (instance.status === 'compensating') {
      this.#phase = 'settling';
      void new Settlement(this).resume();
      return;
    }
    if (!instance.fresh) await replayInto(this);
    else await startRun(this);
    // Of a coroutine that replayed or came from the cache, only what is still open is handled; its earlier commands are recorded.
    memory.coroutine.takeCommands();
    if (memory.coroutine.violation === undefined) {
      if (instance.cancelRequested) {
        this.#settle({ kind: 'cancelled', reason: instance.cancelReason, previousStatus: this.#visibleStatus });
        return;
      }
      for (const command of memory.coroutine.pendingCommands()) this.#handle(command);
    }
    this.#absorb();
  }

  #absorb(): void {
    if (this.#phase !== 'running') return;
    const { coroutine } = this.memory;
    const stage = coroutine.takeStage();
    if (stage !== undefined) this.journal.draft.stage = stage;
    if (coroutine.violation) {
      this.block(explain(coroutine.violation, this));
      return;
    }
    for (const command of coroutine.takeCommands()) this.#handle(command);
    const { outcome } = coroutine;
    if (outcome?.kind === 'failed') this.#settle({ kind: 'failed', error: outcome.error });
    else if (outcome) this.#complete(outcome.value);
  }

  #handle(command: Command): void {
    if (this.memory.rows >= this.services.settings.historyMaxRows) {
      this.block(
        new HistoryLimitError({
          instanceId: this.instance.instanceId,
          rows: this.memory.rows,
          limit: this.services.settings.historyMaxRows,
        }),
      );
      return;
    }
    if (command.kind === 'sleep') {
      this.#wait(command.stepId, command.stepId, command.deadline);
    } else if (command.kind === 'compensation') {
      registerCompensation(this, command);
    } else {
      const nextAt = this.memory.attempts.get(command.stepId)?.nextAt ?? 0;
      if (nextAt > this.services.clock.now()) this.#wait(command.stepId, retryTimerId(command.stepId), nextAt);
      else this.#launch(command);
    }
  }

  /** A stored deadline stands; a new one is stored with the next commit and only then counts down. */
  #wait(stepId: string, timerId: string, asked: number): void {
    const stored = this.memory.deadlines.get(timerId);
    const deadline = stored ?? asked;
    this.waits.add(stepId, timerId, deadline);
    if (stored === undefined && deadline > this.services.clock.now()) {
      this.memory.deadlines.set(timerId, deadline);
      this.memory.dirty = true;
      this.journal.draft.addTimers.push({ timerId, activityId: stepId, expiresAt: deadline });
    }
    this.journal.whenDurable(() => {
      this.waits.arm(stepId);
    });
  }

  /** Parks a failed step's next attempt on a timer, so that a long wait holds no worker (E16a). */
  parkRetry(stepId: string, at: number): void {
    this.#wait(stepId, retryTimerId(stepId), at);
  }

  async #due(stepId: string): Promise<void> {
    const command = this.memory.coroutine.pendingCommand(stepId);
    const timerId = this.running && !this.#blocked ? this.waits.take(stepId) : undefined;
    if (timerId === undefined || !command) return;
    if (this.memory.deadlines.delete(timerId)) this.journal.draft.removeTimers.push(timerId);
    if (command.kind === 'activity' || command.kind === 'step') {
      this.#launch(command);
      return;
    }
    if (!isWait(command)) return;
    const time = this.journal.stamp();
    const row = {
      activityId: stepId,
      eventType: 'TimerExpired',
      data: timerExpired(timerId, command.deadline),
      binary: null,
      time,
    };
    await this.deliver(
      { stepId, kind: 'sleep', name: undefined, time, settlement: { ok: true, value: undefined } },
      row,
    );
  }

  #launch(command: Exclude<Command, { kind: 'sleep' | 'compensation' }>): void {
    this.#launching += 1;
    this.journal.whenDurable(() => {
      this.#launching -= 1;
      if (this.#phase !== 'running' || this.#draining || this.#blocked) {
        this.inbox.post(() => undefined);
        return;
      }
      this.#launcher.launch(command);
    });
  }

  #complete(value: unknown): void {
    let output: string;
    try {
      output = completedOutput(value === undefined ? 'null' : this.services.codec.encode(value), value === undefined);
    } catch (error) {
      this.#settle({ kind: 'failed', error });
      return;
    }
    this.#phase = 'ending';
    this.waits.clear();
    this.#abandonBodies(new ActivityAbortedError({ activityName: '*', reason: 'ended' }));
    const { draft } = this.journal;
    draft.status = 'completed';
    draft.output = output;
    draft.release = true;
    draft.cleanUp = this.memory.dirty;
    draft.onCommitted.push(() => {
      this.end({ kind: 'ended', status: 'completed', output }, undefined);
    });
  }

  #settle(cause: EndCause): void {
    if (this.#phase === 'settling' || this.#phase === 'over' || this.#blocked) return;
    this.#phase = 'settling';
    this.waits.clear();
    void new Settlement(this).run(cause);
  }

  /** Nothing is left in the inbox: park, hand back or find that nothing can come any more; then write what is recorded. */
  #idle(): void {
    if (this.#phase === 'running' && !this.#blocked && this.bodies.size === 0 && this.#launching === 0) {
      const wakeAt = this.waits.earliest;
      if (wakeAt !== undefined && this.waits.size === this.memory.coroutine.pendingCount) this.#park(wakeAt);
      else if (this.#draining) this.#handBack();
      else if (this.memory.coroutine.outcome === undefined) void this.#checkStalled();
    }
    this.journal.flush();
  }

  get #visibleStatus(): InstanceStatus {
    return this.waits.size > 0 || this.memory.deadlines.size > 0 ? 'waiting_for_timer' : 'running';
  }

  #park(wakeAt: number): void {
    // A deadline that has passed is about to fire here: parking would only cost a claim.
    if (wakeAt <= this.services.clock.now()) return;
    this.#phase = 'ending';
    this.waits.disarm();
    const { draft } = this.journal;
    draft.status = 'waiting_for_timer';
    draft.release = true;
    draft.onCommitted.push(() => {
      this.end({ kind: 'parked', wakeAt }, undefined);
    });
  }

  #handBack(): void {
    this.#phase = 'ending';
    const { draft } = this.journal;
    draft.release = true;
    draft.onCommitted.push(() => {
      this.end({ kind: 'released' }, undefined);
    });
  }

  /** A non-durable await may still settle within the event loop's turn; it is reported as such then, with the call's place (E5 d, e). */
  async #checkStalled(): Promise<void> {
    if (this.#checkingStall) return;
    this.#checkingStall = true;
    await yieldToEventLoop();
    await yieldToEventLoop();
    this.inbox.post(() => {
      const { coroutine } = this.memory;
      if (!this.running || this.bodies.size > 0 || this.#launching > 0 || this.waits.earliest !== undefined) return;
      if (coroutine.outcome === undefined && coroutine.violation === undefined && coroutine.pendingCount === 0)
        coroutine.stall();
      this.#absorb();
    });
  }

  #abandonBodies(reason: unknown): void {
    for (const body of this.bodies.values()) void body.abandon(reason);
    this.bodies.clear();
  }

  #crash(error: unknown): void {
    this.services.logger.error('A turn failed for an unexpected reason.', {
      instanceId: this.instance.instanceId,
      error,
    });
    this.lose(error);
  }
}
