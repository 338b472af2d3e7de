import type { WorkflowContext } from '../../src/definition/workflow-context.js';
import { silentLogger, type Logger } from '../../src/ports/logger.js';
import type { Command } from '../../src/replay/command.js';
import { WorkflowCoroutine, type CoroutineOptions } from '../../src/replay/coroutine.js';
import { DurableContext } from '../../src/replay/durable-context.js';
import type { HistoryEvent } from '../../src/replay/event.js';
import { quiesce } from '../../src/replay/quiescence.js';
import { recordedKindOf } from '../../src/replay/violation.js';
import { durableMethod } from '../../src/scope/durable-method.js';

/** 2026-03-01T12:00:00Z, when every run of these tests starts. */
export const STARTED_AT = Date.parse('2026-03-01T12:00:00.000Z');

export type WorkflowFunction = (ctx: WorkflowContext) => unknown;

/** An activity of this name that fails the test when its body is called: a coroutine only ever asks for it. */
export function activity(name: string): (...args: unknown[]) => Promise<unknown> {
  return durableMethod(name, (..._args: unknown[]): Promise<unknown> => {
    throw new Error(`The body of ${name} was called.`);
  });
}

export interface RunOptions extends Partial<CoroutineOptions> {
  readonly logger?: Logger;
  readonly replaying?: boolean;
}

/** Drives one coroutine by hand: what the runtime does, without storage, clock and bodies. */
export class CoroutineRun {
  readonly coroutine: WorkflowCoroutine;
  /** All commands in the order of asking. */
  readonly commands: Command[] = [];
  readonly #logger: Logger;
  #time = STARTED_AT;

  constructor(
    private readonly workflow: WorkflowFunction,
    { logger = silentLogger, replaying = false, ...options }: RunOptions = {},
  ) {
    this.#logger = logger;
    this.coroutine = new WorkflowCoroutine({
      instanceId: 'instance-1',
      startedAt: STARTED_AT,
      stepIds: { maxLength: null, foldCase: false },
      ...options,
    });
    this.coroutine.replaying = replaying;
  }

  async start(): Promise<this> {
    const context = new DurableContext(this.coroutine, 'workflow', undefined, this.#logger);
    this.coroutine.start(() => this.workflow(context));
    return this.#rest();
  }

  /** Ids of the steps asked for so far. */
  get asked(): readonly string[] {
    return this.commands.map((command) => command.stepId);
  }

  get pending(): readonly string[] {
    return this.coroutine.pendingCommands().map((command) => command.stepId);
  }

  succeed(stepId: string, value?: unknown): Promise<this> {
    return this.deliver({ ...this.#facts(stepId), settlement: { ok: true, value } });
  }

  fail(stepId: string, error: unknown): Promise<this> {
    return this.deliver({ ...this.#facts(stepId), settlement: { ok: false, error } });
  }

  async deliver(event: HistoryEvent): Promise<this> {
    this.coroutine.deliver(event);
    return this.#rest();
  }

  #facts(stepId: string): Omit<HistoryEvent, 'settlement'> {
    const command = this.coroutine.pendingCommand(stepId);
    this.#time += 1000;
    const kind = command === undefined ? 'activity' : recordedKindOf(command.kind);
    return { stepId, kind, name: kind === 'activity' ? command?.name : undefined, time: this.#time };
  }

  async #rest(): Promise<this> {
    await quiesce();
    this.coroutine.rest();
    this.commands.push(...this.coroutine.takeCommands());
    return this;
  }
}

/** Starts a coroutine and lets it come to rest. */
export function startRun(workflow: WorkflowFunction, options?: RunOptions): Promise<CoroutineRun> {
  return new CoroutineRun(workflow, options).start();
}

/** An event of an activity, for histories that are written by hand. */
export function completed(stepId: string, value?: unknown, parts: Partial<HistoryEvent> = {}): HistoryEvent {
  const name = stepId.slice(0, stepId.indexOf(':'));
  return { stepId, kind: 'activity', name, time: STARTED_AT, settlement: { ok: true, value }, ...parts };
}
