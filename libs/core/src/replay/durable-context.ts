import type { Duration } from '../definition/duration.js';
import type { SleepOptions, StepOptions, WorkflowContext } from '../definition/workflow-context.js';
import { StepIdError } from '../errors/step-id-error.js';
import { activityNameOf } from '../scope/durable-method.js';
import { currentScope } from '../scope/scope.js';
import { refused, type WorkflowCoroutine } from './coroutine.js';
import { deadlineAfter, deadlineAt, refuseInActivity } from './deadline.js';
import { DeterministicRandom } from './deterministic-random.js';
import { DurableMessaging } from './durable-messaging.js';

type ContextLogger = WorkflowContext['logger'];

/** The context that `run(input, ctx)` gets: a thin, typed face of the coroutine. */
export class DurableContext<Input> extends DurableMessaging<Input> implements WorkflowContext<Input> {
  readonly logger: ContextLogger;
  readonly #random: DeterministicRandom;

  constructor(
    coroutine: WorkflowCoroutine,
    readonly workflowName: string,
    readonly input: Input,
    logger: ContextLogger,
  ) {
    super(coroutine);
    this.#random = new DeterministicRandom(coroutine.instanceId);
    this.logger = silentDuringReplay(logger, coroutine, workflowName);
  }

  get instanceId(): string {
    return this.coroutine.instanceId;
  }

  get isReplaying(): boolean {
    return this.coroutine.replaying;
  }

  step<T>(name: string, fn: () => T | Promise<T>, options: StepOptions = {}): Promise<T> {
    // Inside an activity or another step there is no history to record into: a plain call, as for activities.
    if (currentScope()?.kind === 'activity') return Promise.resolve().then(fn);
    return this.coroutine.ask({ kind: 'step', name, fn, options }, { key: options.key }) as Promise<T>;
  }

  sleep(duration: Duration, options: SleepOptions = {}): Promise<void> {
    return this.#sleep('sleep', () => deadlineAfter(this.coroutine, duration), options);
  }

  sleepUntil(time: Date | number, options: SleepOptions = {}): Promise<void> {
    return this.#sleep('sleep_until', () => deadlineAt(this.coroutine, new Date(time).getTime()), options);
  }

  now(): Date {
    return new Date(this.coroutine.time);
  }

  uuid(): string {
    return this.#random.uuid();
  }

  random(): number {
    return this.#random.next();
  }

  setStage(stage: string): void {
    this.coroutine.stage = stage;
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
    return this.coroutine.ask(request) as Promise<void>;
  }

  #sleep(name: 'sleep' | 'sleep_until', deadlineOf: () => number, options: SleepOptions): Promise<void> {
    let deadline: number;
    try {
      refuseInActivity('A durable sleep', name);
      deadline = deadlineOf();
    } catch (error) {
      return refused(error);
    }
    return this.coroutine.ask({ kind: 'sleep', name, deadline }, options) as Promise<void>;
  }
}

function silentDuringReplay(logger: ContextLogger, coroutine: WorkflowCoroutine, workflowName: string): ContextLogger {
  const { instanceId } = coroutine;
  const speak =
    (level: keyof ContextLogger): ContextLogger[typeof level] =>
    (message, fields) => {
      if (!coroutine.replaying) logger[level](message, { instanceId, workflowName, ...fields });
    };
  return { debug: speak('debug'), info: speak('info'), warn: speak('warn'), error: speak('error') };
}
