import { toEvent } from '../history/row-events.js';
import type { HistoryRow } from '../ports/history-row.js';
import type { HistoryEvent } from '../replay/event.js';
import type { ActiveTurn } from './active-turn.js';
import type { BodyCommand } from './body-command.js';

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

  /** A recorded event is about to be delivered. A promise where a listener has to be told of it. */
  row(event: HistoryEvent, row: HistoryRow): Promise<void> | undefined {
    this.#rows += 1;
    if (event.kind !== 'activity') return undefined;
    const command = this.turn.memory.coroutine.pendingCommand(event.stepId);
    if (command?.kind !== 'activity' && command?.kind !== 'step') return undefined;
    this.#hits += 1;
    return this.turn.services.hooks.onActivityCacheHit && this.#tellHit(row, command);
  }

  async #tellHit(row: HistoryRow, { name, kind }: BodyCommand): Promise<void> {
    const { services, report } = this.turn;
    // Read once more, because the workflow gets the value itself; written it might be refused, by a limit that came later.
    const event = await toEvent(row, services.payloads, services.errorTypes);
    if (event?.kind !== 'activity') return;
    const { settlement, stepId, time } = event;
    services.hooks.onActivityCacheHit?.({
      ...report.facts(),
      stepId,
      activityName: name,
      kind,
      outcome: settlement.ok ? 'completed' : 'failed',
      result: settlement.ok ? settlement.value : undefined,
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
