import type { HistoryRow } from '../ports/history-row.js';
import type { HistoryEvent } from '../replay/event.js';
import type { ActiveTurn } from './active-turn.js';

/** Tells listeners of one replay. */
export class ReplayHooks {
  #startedAt: number | undefined;
  #rows = 0;
  #hits = 0;

  constructor(private readonly turn: ActiveTurn) {}

  /** The instance is not in memory, and these are the first of its rows. */
  started(rows: readonly HistoryRow[]): void {
    const [first] = rows;
    if (first === undefined) return;
    const { services, report } = this.turn;
    this.#startedAt = services.clock.now();
    services.hooks.onReplayStart?.({
      ...report.facts(),
      historyEvents: rows.length,
      firstStepId: first.activityId,
    });
  }

  /** A recorded event is about to be delivered. */
  row(event: HistoryEvent): void {
    this.#rows += 1;
    if (event.kind !== 'activity') return;
    const { services, memory, report } = this.turn;
    const command = memory.coroutine.pendingCommand(event.stepId);
    if (command?.kind !== 'activity' && command?.kind !== 'step') return;
    this.#hits += 1;
    const { settlement, stepId, time } = event;
    const { payloads, hooks } = services;
    hooks.onActivityCacheHit?.({
      ...report.facts(),
      stepId,
      activityName: command.name,
      kind: command.kind,
      outcome: settlement.ok ? 'completed' : 'failed',
      // A copy: the workflow gets the value itself.
      result:
        settlement.ok && settlement.value !== undefined
          ? payloads.decode(payloads.encode(settlement.value))
          : undefined,
      error: settlement.ok ? undefined : settlement.error,
      recordedAt: new Date(time),
    });
  }

  completed(): void {
    if (this.#startedAt === undefined) return;
    const { services, memory, report } = this.turn;
    const facts = report.facts();
    services.hooks.onReplayComplete?.({
      ...facts,
      historyEvents: this.#rows,
      cacheHits: this.#hits,
      pendingSteps: memory.coroutine.pendingCommands().map(({ stepId }) => stepId),
      duration: facts.time.getTime() - this.#startedAt,
    });
  }
}
