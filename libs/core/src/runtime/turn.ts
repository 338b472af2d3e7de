import { LeaseLostError } from '../errors/lease-lost-error.js';
import { ActivityAbortedError } from '../errors/activity-aborted-error.js';
import { EntryConflictError } from '../errors/storage-errors.js';
import { completedOutput } from '../history/envelope.js';
import type { NewHistoryRow } from '../ports/history-row.js';
import type { InstanceStatus } from '../ports/instance.js';
import type { Command } from '../replay/command.js';
import type { WorkflowCoroutine } from '../replay/coroutine.js';
import type { HistoryEvent } from '../replay/event.js';
import { quiesce } from '../replay/quiescence.js';
import type { Body } from './body.js';
import type { ActiveTurn } from './active-turn.js';
import type { BodyCommand } from './body-command.js';
import { BodyLauncher } from './body-launcher.js';
import { blockRow, explain, historyLimit, warnOfLongHistory } from './blocking.js';
import type { EntryDraft } from './entry-draft.js';
import { Inbox, type InboxHost } from './inbox.js';
import { Journal, type JournalAlarms, type Refusal } from './journal.js';
import { registerCompensation } from './compensation-command.js';
import type { RunMemory } from './run-memory.js';
import type { EngineServices } from './services.js';
import { Settlement } from './settlement.js';
import { openTurn } from './turn-loader.js';
import type { EndCause, TurnEnd, TurnInstance } from './turn-types.js';
import { TurnRest } from './turn-rest.js';
import { TurnWaits } from './turn-waits.js';
import { withResolvers } from './with-resolvers.js';

/** `running`: delivers and launches · `ending`: its last entry is on its way · `settling`: failure or cancellation is being settled. */
type Phase = 'running' | 'ending' | 'settling' | 'over';

/**
 * One exclusive pass over an instance under its lease: replays what is recorded, delivers what happens, launches what is asked for, and ends
 * by completing, parking, blocking, settling or losing. Everything that touches coroutine or journal is a task of its inbox.
 */
export class Turn implements ActiveTurn, JournalAlarms, InboxHost {
  readonly finished: Promise<TurnEnd>;
  readonly journal: Journal;
  readonly bodies = new Map<string, Body>();
  readonly inbox: Inbox;
  readonly waits: TurnWaits;
  readonly #launcher: BodyLauncher;
  readonly #rest: TurnRest;
  readonly #finish: (end: TurnEnd) => void;
  #phase: Phase = 'running';
  #launching = 0;
  #draining = false;
  #blocked = false;

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
    this.inbox = new Inbox(this);
    this.waits = new TurnWaits(this);
    this.#rest = new TurnRest(this);
    this.#launcher = new BodyLauncher(this);
    this.inbox.post(() => openTurn(this));
  }

  drained(): void {
    if (this.idle) this.#rest.consider();
    this.journal.flush();
  }

  crashed(error: unknown): void {
    const { instanceId } = this.instance;
    this.services.logger.error('A turn failed for an unexpected reason.', { instanceId, error });
    this.lose(error);
  }

  get running(): boolean {
    return this.#phase === 'running';
  }

  isOver(): boolean {
    return this.#phase === 'over';
  }

  get open(): boolean {
    return this.#phase === 'running' && !this.#blocked;
  }

  get idle(): boolean {
    return this.open && this.bodies.size === 0 && this.#launching === 0;
  }

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
      this.settle({ kind: 'cancelled', reason, previousStatus: this.visibleStatus });
    });
  }

  /** The coroutine has found a violation outside a turn's deliveries. */
  inspect(coroutine: WorkflowCoroutine): void {
    if (coroutine !== this.memory.coroutine) return;
    this.inbox.post(() => this.absorb());
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

  end(end: TurnEnd, reason: unknown): void {
    if (this.#phase === 'over') return;
    this.#phase = 'over';
    this.journal.close();
    this.waits.clear();
    this.#abandonBodies(reason);
    this.#finish(end);
  }

  conclude(end: TurnEnd): EntryDraft {
    this.#phase = 'ending';
    const { draft } = this.journal;
    draft.release = true;
    // Written with a status, never for its own sake: an update of the row at each step would cost more than the step.
    draft.currentActivityId = draft.history.at(-1)?.activityId;
    draft.onCommitted.push(() => {
      this.end(end, undefined);
    });
    return draft;
  }

  async deliver(event: HistoryEvent, row: NewHistoryRow | undefined): Promise<void> {
    if (row) this.record(row);
    this.#rest.disturb();
    this.memory.coroutine.deliver(event);
    await quiesce();
    this.memory.coroutine.rest();
    this.memory.lastTime = Math.max(this.memory.lastTime, event.time);
    await this.absorb();
  }

  record(row: NewHistoryRow): void {
    this.journal.append(row);
    this.countRow();
  }

  countRow(): void {
    this.memory.rows += 1;
    if (this.memory.rows === this.services.settings.historyWarnRows) warnOfLongHistory(this);
    if (this.memory.takeovers > 0) {
      this.memory.takeovers = 0;
      this.journal.draft.clearTakeovers = true;
    }
  }

  refused(refusal: Refusal, draft: EntryDraft): void {
    if (refusal.kind === 'refused' && refusal.reason === 'cancel-requested') {
      this.journal.draft.salvage(draft);
      this.inbox.post(() => {
        this.settle({
          kind: 'cancelled',
          reason: refusal.row?.cancelReason ?? null,
          previousStatus: this.visibleStatus,
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
    if (this.#blocked || this.isOver()) return;
    this.#blocked = true;
    this.waits.clear();
    this.services.logger.error(error instanceof Error ? error.message : String(error), {
      instanceId: this.instance.instanceId,
    });
    const { draft } = this.journal;
    draft.block = blockRow(error, this.instance.definition, this.services.clock.now());
    draft.release = true;
    draft.onCommitted.push(() => {
      this.end({ kind: 'blocked' }, undefined);
    });
    this.journal.flush();
  }

  async absorb(): Promise<void> {
    if (this.#phase !== 'running') return;
    const { coroutine } = this.memory;
    const stage = coroutine.takeStage();
    if (stage !== undefined) this.journal.draft.stage = stage;
    if (coroutine.violation) {
      this.block(explain(coroutine.violation, this));
      return;
    }
    for (const command of coroutine.takeCommands()) this.handle(command);
    const { outcome } = coroutine;
    if (outcome?.kind === 'failed') this.settle({ kind: 'failed', error: outcome.error });
    else if (outcome) await this.#complete(outcome.value);
  }

  handle(command: Command): void {
    if (this.memory.rows >= this.services.settings.historyMaxRows) {
      this.block(historyLimit(this));
      return;
    }
    if (command.kind === 'sleep') {
      this.waits.begin(command.stepId, command.stepId, command.deadline);
    } else if (command.kind === 'compensation') {
      registerCompensation(this, command);
    } else {
      const failed = this.memory.attempts.get(command.stepId);
      // Also where the time has come: the stored timer goes, so that the next failure can set its own.
      if (failed) this.waits.parkRetry(command.stepId, failed.nextAt);
      else this.launch(command);
    }
  }

  launch(command: BodyCommand): void {
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

  async #complete(value: unknown): Promise<void> {
    const { payloads } = this.services;
    let output: string;
    try {
      output = completedOutput(
        value === undefined ? 'null' : await payloads.seal(payloads.encode(value)),
        value === undefined,
      );
    } catch (error) {
      this.settle({ kind: 'failed', error });
      return;
    }
    // A cancellation may have come while the result was sealed.
    if (!this.running) return;
    this.waits.clear();
    this.#abandonBodies();
    const draft = this.conclude({ kind: 'ended', status: 'completed', output });
    draft.status = 'completed';
    draft.output = output;
    draft.cleanUp = this.memory.dirty;
  }

  settle(cause: EndCause): void {
    if (this.enterSettling()) void new Settlement(this).run(cause);
  }

  enterSettling(): boolean {
    if (this.#phase === 'settling' || this.#phase === 'over' || this.#blocked) return false;
    this.#phase = 'settling';
    this.waits.clear();
    return true;
  }

  get visibleStatus(): InstanceStatus {
    return this.waits.size > 0 || this.memory.deadlines.size > 0 ? 'waiting_for_timer' : 'running';
  }

  #abandonBodies(why?: unknown): void {
    if (this.bodies.size === 0) return;
    const reason = why ?? new ActivityAbortedError({ activityName: '*', reason: 'ended' });
    for (const body of this.bodies.values()) void body.abandon(reason);
    this.bodies.clear();
  }
}
