import type { InstanceEvent, TurnOutcome } from '../hooks/instance-events.js';
import type { Logger } from '../ports/logger.js';
import type { EntryDraft } from './entry-draft.js';
import { labelled } from './labelled-logger.js';
import type { EngineServices } from './services.js';
import { readTrace } from './trace-text.js';
import type { TurnEnd, TurnInstance } from './turn-types.js';

/** What a turn tells the log and listeners about its instance. */
export class TurnReport {
  readonly #startedAt: number;
  #begun = false;
  #over = false;

  constructor(
    private readonly services: EngineServices,
    private readonly instance: TurnInstance,
  ) {
    this.#startedAt = services.clock.now();
  }

  /** Names the instance and its workflow. */
  get logger(): Logger {
    const { instanceId, definition } = this.instance;
    return labelled(this.services.logger, { instanceId, workflowName: definition.name });
  }

  facts(): InstanceEvent {
    const { instanceId, definition } = this.instance;
    return { instanceId, workflowName: definition.name, time: new Date(this.services.clock.now()) };
  }

  /** The facts of an event that ends the instance now. */
  endFacts(): InstanceEvent & { readonly startedAt: Date; readonly duration: number } {
    const facts = this.facts();
    const { startedAt } = this.instance;
    return { ...facts, startedAt: new Date(startedAt), duration: facts.time.getTime() - startedAt };
  }

  /**
   * Told once, also where the replay begins anew because another process has run the instance.
   *
   * @param first no earlier turn has left anything
   */
  began(first: boolean): void {
    // The lease may have been lost while the history was read.
    if (this.#begun || this.#over) return;
    this.#begun = true;
    const { startedAt, takeover, trace } = this.instance;
    this.services.hooks.onTurnStart?.({
      ...this.facts(),
      first,
      takeover,
      startedAt: new Date(this.#startedAt),
      queueDelay: first ? Math.max(this.#startedAt - startedAt, 0) : undefined,
      traceContext: readTrace(trace),
    });
  }

  ended(end: TurnEnd): void {
    this.#over = true;
    if (!this.#begun) return;
    const facts = this.facts();
    const duration = facts.time.getTime() - this.#startedAt;
    this.services.hooks.onTurnEnd?.({ ...facts, outcome: outcomeOf(end), duration });
  }

  lost(error: unknown): void {
    this.services.hooks.onLeaseLost?.({ ...this.facts(), error });
  }

  blocked(draft: EntryDraft, error: unknown): void {
    const code = draft.block?.code ?? '';
    whenDone(draft, this.services.hooks.onWorkflowBlocked, () => ({ ...this.facts(), error, code }));
  }
}

/** Calls a hook, where somebody listens, when the draft is durable and the instance has come to what it says. */
export function whenDone<Event>(
  draft: EntryDraft,
  hook: ((event: Event) => void) | undefined,
  event: () => Event,
): void {
  if (!hook) return;
  draft.onCommitted.push(() => {
    hook(event());
  });
}

/** Calls a hook, where somebody listens, when a row of the draft is durable, in this entry or a later one. */
export function whenRecorded<Event>(
  draft: EntryDraft,
  hook: ((event: Event) => void) | undefined,
  event: () => Event,
): void {
  if (!hook) return;
  draft.effects.push(() => {
    hook(event());
  });
}

function outcomeOf(end: TurnEnd): TurnOutcome {
  if (end.kind === 'ended') return end.status;
  return end.kind === 'parked' ? 'waiting' : end.kind;
}
