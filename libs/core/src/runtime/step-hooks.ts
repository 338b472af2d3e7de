import type { InstanceEvent } from '../hooks/instance-events.js';
import type { ActivityEvent, CompensationEvent } from '../hooks/step-events.js';
import type { Attempt } from './attempt.js';
import type { AttemptLog } from './attempt-log.js';
import type { BodySpec } from './body-spec.js';
import type { EngineServices } from './services.js';

interface Ended {
  readonly attempt: number;
  readonly duration: number;
  readonly totalDuration: number;
}

/** Tells listeners of the attempts of one step, under the names for activities or those for compensations. */
export class StepHooks {
  #told = 0;

  constructor(
    private readonly spec: BodySpec,
    private readonly services: EngineServices,
    private readonly log: AttemptLog,
    private readonly maxAttempts: number,
  ) {}

  started(attempt: Attempt): void {
    const { hooks, payloads } = this.services;
    // An attempt that met a passing conflict is made again, and is the same attempt.
    if (this.#told === attempt.attempt) return;
    this.#told = attempt.attempt;
    const number = { attempt: attempt.attempt };
    if (this.spec.kind === 'compensation') hooks.onCompensationStart?.({ ...this.#compensation(), ...number });
    else
      hooks.onActivityStart?.({
        ...this.#activity(this.spec.kind),
        ...number,
        args: payloads.decode(this.spec.argsText) as readonly unknown[],
      });
  }

  retrying(attempt: Attempt, error: unknown, nextDelay: number): void {
    const { hooks } = this.services;
    const { kind } = this.spec;
    const retry = { error, nextDelay, maxAttempts: this.maxAttempts };
    if (kind === 'compensation')
      hooks.onCompensationRetry?.({ ...this.#compensation(), ...this.#ended(attempt), ...retry });
    else hooks.onActivityRetry?.({ ...this.#activity(kind), ...this.#ended(attempt), ...retry });
  }

  /** What tells of the success; to be called when it is durable. */
  completed(attempt: Attempt, resultText: string | undefined): (() => void) | undefined {
    const { hooks, payloads } = this.services;
    const { kind } = this.spec;
    if (kind === 'compensation') {
      return this.#ending(attempt, hooks.onCompensationComplete, (ended) => ({ ...this.#compensation(), ...ended }));
    }
    return this.#ending(attempt, hooks.onActivityComplete, (ended) => {
      // A copy: the workflow has the value itself.
      const result = resultText === undefined ? undefined : payloads.decode(resultText);
      return { ...this.#activity(kind), ...ended, result };
    });
  }

  /** What tells of the final failure; to be called when it is durable. */
  failed(attempt: Attempt, error: unknown): (() => void) | undefined {
    const { hooks } = this.services;
    const { kind } = this.spec;
    if (kind === 'compensation') {
      return this.#ending(attempt, hooks.onCompensationFailed, (ended) => ({
        ...this.#compensation(),
        ...ended,
        error,
      }));
    }
    return this.#ending(attempt, hooks.onActivityFailed, (ended) => ({ ...this.#activity(kind), ...ended, error }));
  }

  /** Nothing is made where nobody listens. */
  #ending<Event>(
    attempt: Attempt,
    hook: ((event: Event) => void) | undefined,
    event: (ended: Ended) => Event,
  ): (() => void) | undefined {
    if (!hook) return undefined;
    const ended = this.#ended(attempt);
    return () => {
      hook(event(ended));
    };
  }

  #facts(): InstanceEvent & { readonly stepId: string } {
    const { instanceId, workflowName, stepId } = this.spec;
    return { instanceId, workflowName, time: new Date(this.services.clock.now()), stepId };
  }

  #activity(kind: 'activity' | 'step'): ActivityEvent {
    return { ...this.#facts(), activityName: this.spec.name, kind };
  }

  #compensation(): Omit<CompensationEvent, 'attempt'> {
    return { ...this.#facts(), compensationName: this.spec.name };
  }

  #ended({ attempt, startedAt, endedAt }: Attempt): Ended {
    return { attempt, duration: endedAt - startedAt, totalDuration: endedAt - this.log.firstStartedAt };
  }
}
