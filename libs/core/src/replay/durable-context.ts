import type { Duration } from '../definition/duration.js';
import { toMilliseconds } from '../definition/duration.js';
import type { StepKey, StepOptions, WorkflowContext } from '../definition/workflow-context.js';
import { InvalidDurationError } from '../errors/invalid-duration-error.js';
import { StepIdError } from '../errors/step-id-error.js';
import { UnstorableValueError } from '../errors/unstorable-value-error.js';
import { activityNameOf } from '../scope/durable-method.js';
import { currentScope } from '../scope/scope.js';
import { refused, type WorkflowCoroutine } from './coroutine.js';
import { DeterministicRandom } from './deterministic-random.js';

type ContextLogger = WorkflowContext['logger'];

/** The context that `run(input, ctx)` gets: a thin, typed face of the coroutine. */
export class DurableContext<Input> implements WorkflowContext<Input> {
  readonly logger: ContextLogger;
  readonly #coroutine: WorkflowCoroutine;
  readonly #random: DeterministicRandom;

  constructor(
    coroutine: WorkflowCoroutine,
    readonly workflowName: string,
    readonly input: Input,
    logger: ContextLogger,
  ) {
    this.#coroutine = coroutine;
    this.#random = new DeterministicRandom(coroutine.instanceId);
    this.logger = silentDuringReplay(logger, coroutine);
  }

  get instanceId(): string {
    return this.#coroutine.instanceId;
  }

  get isReplaying(): boolean {
    return this.#coroutine.replaying;
  }

  step<T>(name: string, fn: () => T | Promise<T>, options: StepOptions = {}): Promise<T> {
    // Inside an activity or another step there is no history to record into: a plain call, as for activities.
    if (currentScope()?.kind === 'activity') return Promise.resolve().then(fn);
    return this.#coroutine.askKeyed({ kind: 'step', name, fn, options }, options.key) as Promise<T>;
  }

  sleep(duration: Duration, options: StepKey = {}): Promise<void> {
    let deadline: number;
    try {
      deadline = this.#coroutine.time + toMilliseconds(duration);
    } catch (error) {
      return refused(error);
    }
    if (!isMoment(deadline)) return refused(new InvalidDurationError(duration));
    return this.#sleep('sleep', deadline, options);
  }

  sleepUntil(time: Date | number, options: StepKey = {}): Promise<void> {
    const deadline = new Date(time).getTime();
    if (!isMoment(deadline)) {
      return refused(
        new StepIdError('sleepUntil needs a valid Date, or milliseconds that a Date can hold.', {
          stepId: 'sleep_until',
        }),
      );
    }
    return this.#sleep('sleep_until', deadline, options);
  }

  now(): Date {
    return new Date(this.#coroutine.time);
  }

  uuid(): string {
    return this.#random.uuid();
  }

  random(): number {
    return this.#random.next();
  }

  setStage(stage: string): void {
    this.#coroutine.stage = stage;
  }

  addCompensation<Args extends readonly unknown[]>(activity: (...args: Args) => unknown, ...args: Args): Promise<void> {
    const activityName = activityNameOf(activity);
    if (activityName === undefined) {
      return refused(
        new StepIdError(
          'addCompensation takes a method marked @Activity(): only those can be found again after a restart.',
          {
            stepId: 'add_compensation',
          },
        ),
      );
    }
    const request = { kind: 'compensation' as const, name: 'add_compensation', activityName, args };
    return this.#coroutine.ask(request) as Promise<void>;
  }

  #sleep(name: 'sleep' | 'sleep_until', deadline: number, options: StepKey): Promise<void> {
    if (currentScope()?.kind === 'activity') {
      return refused(
        new StepIdError(
          'A durable sleep cannot be asked for inside an activity or step. Move it into the workflow itself.',
          { stepId: name },
        ),
      );
    }
    const { maxTime } = this.#coroutine;
    if (deadline > maxTime) {
      const latest = new Date(maxTime).toISOString();
      return refused(
        new UnstorableValueError('$', `this database holds no time after ${latest}. Sleep in several steps.`),
      );
    }
    return this.#coroutine.askKeyed({ kind: 'sleep', name, deadline }, options.key) as Promise<void>;
  }
}

/** Dates end in the year 275760; deadlines are stored as dates. */
function isMoment(milliseconds: number): boolean {
  return !Number.isNaN(new Date(milliseconds).getTime());
}

function silentDuringReplay(logger: ContextLogger, coroutine: WorkflowCoroutine): ContextLogger {
  const speak =
    (level: keyof ContextLogger): ContextLogger[typeof level] =>
    (message, fields) => {
      if (!coroutine.replaying) logger[level](message, { instanceId: coroutine.instanceId, ...fields });
    };
  return { debug: speak('debug'), info: speak('info'), warn: speak('warn'), error: speak('error') };
}
