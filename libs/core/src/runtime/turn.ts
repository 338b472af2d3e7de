import { AsyncResource } from 'node:async_hooks';
import { LeaseLostError } from '../errors/lease-lost-error.js';
import type { NewHistoryRow } from '../ports/history-row.js';
import type { InstanceStatus } from '../ports/instance.js';
import type { WorkflowCoroutine } from '../replay/coroutine.js';
import type { HistoryEvent } from '../replay/event.js';
import { atQuiescence } from '../replay/quiescence.js';
import { Bodies } from './bodies.js';
import type { ActiveTurn, Handed } from './active-turn.js';
import { blockRow, explain, warnOfLongHistory } from './blocking.js';
import type { EntryDraft } from './entry-draft.js';
import { HeldLease } from './held-lease.js';
import { Inbox, type InboxHost } from './inbox.js';
import { Journal } from './journal.js';
import type { RunMemory } from './run-memory.js';
import type { EngineServices } from './services.js';
import { Settlement } from './settlement.js';
import { TurnCommands } from './turn-commands.js';
import { openTurn } from './turn-loader.js';
import { TurnEntries } from './turn-entries.js';
import { complete, recur } from './turn-outcome.js';
import { TurnReceives } from './turn-receives.js';
import { TurnReport } from './turn-report.js';
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
export class Turn implements ActiveTurn, InboxHost {
  readonly finished: Promise<TurnEnd>;
  readonly journal: Journal;
  readonly lease: HeldLease;
  readonly report: TurnReport;
  readonly bodies = new Bodies();
  readonly inbox: Inbox;
  readonly waits: TurnWaits;
  readonly receives: TurnReceives;
  readonly commands: TurnCommands;
  readonly #rest: TurnRest;
  /** Of whoever brought the turn about: a request that started the instance, or nobody. */
  readonly #context = new AsyncResource('RomancyTurn', { requireManualDestroy: true });
  readonly #finish: (end: TurnEnd) => void;
  #phase: Phase = 'running';
  #occupied = 0;
  #draining = false;
  #blocked = false;

  constructor(
    readonly services: EngineServices,
    readonly instance: TurnInstance,
    token: string,
    readonly memory: RunMemory,
    leasedAt: number,
  ) {
    const { promise, resolve } = withResolvers<TurnEnd>();
    this.finished = promise;
    this.#finish = resolve;
    this.journal = new Journal(instance.instanceId, token, services.journal, new TurnEntries(this), memory.lastTime);
    this.lease = new HeldLease(services, { instanceId: instance.instanceId, token }, leasedAt);
    this.report = new TurnReport(services, instance);
    this.inbox = new Inbox(this);
    this.waits = new TurnWaits(this);
    this.#rest = new TurnRest(this);
    this.receives = new TurnReceives(this);
    this.commands = new TurnCommands(this);
    this.inbox.post(() => openTurn(this));
  }

  drained(): void {
    if (this.idle) this.#rest.consider();
    this.journal.flush();
  }

  crashed(error: unknown): void {
    this.report.logger.error('A turn failed for an unexpected reason.', { error });
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
    return this.open && this.bodies.size === 0 && this.#occupied === 0;
  }

  rouse(): void {
    if (this.#rest.rouse()) this.journal.draft.status = 'running';
  }

  get root(): string {
    return this.instance.chain ?? this.instance.instanceId;
  }

  get blocked(): boolean {
    return this.#blocked;
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
    this.report.logger.warn(error.message, { code: error.code });
    this.report.lost(error);
    this.end({ kind: 'lost' }, error);
  }

  end(end: TurnEnd, reason: unknown): void {
    if (this.#phase === 'over') return;
    this.#phase = 'over';
    this.#rest.rouse();
    this.journal.close();
    this.clearWaits(end.kind === 'parked');
    this.bodies.abandon(reason);
    this.report.ended(end);
    this.#finish(end);
  }

  conclude(end: TurnEnd): EntryDraft {
    this.#rest.rouse();
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

  within<T>(work: () => T): T {
    return this.#context.runInAsyncScope(work);
  }

  deliver(event: HistoryEvent, row: NewHistoryRow | undefined): Promise<void> {
    if (row) this.record(row);
    return new Promise((done, failed) => {
      this.hand(event, { done, failed });
    });
  }

  hand(event: HistoryEvent, { done, failed }: Handed): void {
    this.#rest.disturb();
    this.memory.coroutine.deliver(event);
    atQuiescence(() => {
      try {
        this.memory.coroutine.rest();
        this.memory.lastTime = Math.max(this.memory.lastTime, event.time);
        const ending = this.absorb();
        if (ending) ending.then(done, failed);
        else done();
      } catch (error) {
        failed(error);
      }
    });
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

  /** A block that was refused parks nothing: nobody else would end this turn. */
  unblock(): void {
    this.#blocked = false;
  }

  /** Parks the instance with a full explanation; what was recorded stays (P7). */
  block(error: unknown): void {
    if (this.#blocked || this.isOver()) return;
    this.#blocked = true;
    this.#rest.rouse();
    this.clearWaits();
    this.report.logger.error(error instanceof Error ? error.message : String(error));
    const { draft } = this.journal;
    draft.block = blockRow(error, this.instance.definition, this.services.clock.now());
    draft.release = true;
    this.report.blocked(draft, error);
    draft.onCommitted.push(() => {
      this.end({ kind: 'blocked' }, undefined);
    });
    this.journal.flush();
  }

  /** A promise only where the workflow ends. */
  absorb(): void | Promise<void> {
    if (this.#phase !== 'running') return undefined;
    const { coroutine } = this.memory;
    const stage = coroutine.takeStage();
    if (stage !== undefined) this.journal.draft.stage = stage;
    if (coroutine.violation) {
      this.block(explain(coroutine.violation, this));
      return undefined;
    }
    for (const command of coroutine.takeWithdrawn()) this.commands.withdraw(command);
    for (const command of coroutine.takeCommands()) this.commands.handle(command);
    const { outcome } = coroutine;
    if (outcome?.kind === 'failed') this.settle({ kind: 'failed', error: outcome.error });
    else if (outcome?.kind === 'completed') return complete(this, outcome.value);
    else if (outcome) return recur(this, outcome.input);
    return undefined;
  }

  occupy(): () => void {
    let occupied = true;
    this.#occupied += 1;
    return () => {
      if (occupied) this.#occupied -= 1;
      occupied = false;
    };
  }

  hint(channel: string): void {
    if (!this.open) this.memory.hinted = true;
    else
      this.inbox.post(() => {
        if (this.open) this.receives.hint(channel);
        else this.memory.hinted = true;
      });
  }

  settle(cause: EndCause): void {
    if (this.enterSettling()) void new Settlement(this).run(cause);
  }

  enterSettling(): boolean {
    if (this.#phase === 'settling' || this.#phase === 'over' || this.#blocked) return false;
    // An end that waits to be written must not be written any more: the fence lets a settlement through.
    if (this.#phase === 'ending') this.journal.salvage();
    this.#phase = 'settling';
    this.#rest.rouse();
    this.clearWaits();
    return true;
  }

  get visibleStatus(): InstanceStatus {
    if (this.receives.size > 0 || this.memory.storedWaits.size > 0) return 'waiting_for_message';
    return this.waits.size > 0 || this.memory.deadlines.size > 0 ? 'waiting_for_timer' : 'running';
  }

  /** Nothing is waited for any more; what a parked instance waits for stays known here. */
  clearWaits(parked = false): void {
    this.waits.clear();
    if (!parked) this.receives.clear();
  }
}
