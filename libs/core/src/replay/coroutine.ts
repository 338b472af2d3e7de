import type { Runnable } from '../definition/workflow-definition.js';
import { runInScope, type WorkflowScope } from '../scope/scope.js';
import { CallSite } from './call-site.js';
import type { Command } from './command.js';
import type { HistoryEvent } from './event.js';
import { StepIds, type StepIdRules } from './step-ids.js';
import { asked, recorded, recordedKindOf, type Violation, type ViolationKind } from './violation.js';

export type CoroutineOutcome =
  | { readonly kind: 'completed'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly error: unknown }
  /** The next generation takes over, with this input. */
  | { readonly kind: 'recurred'; readonly input: unknown };

interface Pending {
  readonly command: Command;
  readonly askedAt: number;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export interface CoroutineOptions {
  readonly instanceId: string;
  /** Start time of the instance in milliseconds: what `ctx.now()` shows before the first event. */
  readonly startedAt: number;
  readonly stepIds: StepIdRules;
  /** Latest time that the database can hold; null for no limit of practice. */
  readonly maxTime?: number | null;
  /** Called when a step is asked for outside a turn, that is when nobody drives the coroutine (E5 d). */
  readonly onLateViolation?: () => void;
}

export interface AskOptions {
  /** Replaces the counter in the step id. */
  readonly key?: string | undefined;
  /** Takes the step back when it aborts; for waits. */
  readonly signal?: AbortSignal | undefined;
}

/** The command without what the coroutine adds to it. */
export type Request = Command extends infer C ? (C extends Command ? Omit<C, 'stepId' | 'callSite'> : never) : never;

const ignore = (): void => undefined;

/**
 * One run of a workflow as a state machine: recorded events go in one by one, commands come out. A suspended step is a promise that does not
 * settle (E1), so user code never sees a suspension. The driver calls {@link start} or {@link deliver}, waits for quiescence, then
 * {@link rest}; it never delivers before it rested. No clock, no database, no I/O.
 */
export class WorkflowCoroutine {
  readonly instanceId: string;
  /** True while the driver delivers what a former turn has seen already. */
  replaying = false;
  #time: number;
  #active = false;
  #outcome: CoroutineOutcome | undefined;
  #violation: Violation | undefined;
  #stage: string | undefined;
  readonly maxTime: number;
  #commands: Command[] = [];
  #withdrawn: Command[] = [];
  readonly #pending = new Map<string, Pending>();
  readonly #settled = new Set<string>();
  readonly #stepIds: StepIds;
  readonly #onLateViolation: () => void;
  readonly #scope: WorkflowScope;

  constructor(options: CoroutineOptions) {
    this.instanceId = options.instanceId;
    this.#time = options.startedAt;
    this.maxTime = options.maxTime ?? Infinity;
    this.#stepIds = new StepIds(options.stepIds);
    this.#onLateViolation = options.onLateViolation ?? ignore;
    this.#scope = {
      kind: 'workflow',
      instanceId: options.instanceId,
      callActivity: (name, args) => this.ask({ kind: 'activity', name, args }),
    };
  }

  get time(): number {
    return this.#time;
  }

  get outcome(): CoroutineOutcome | undefined {
    return this.#outcome;
  }

  get violation(): Violation | undefined {
    return this.#violation;
  }

  /** Runs the workflow's synchronous beginning. */
  start(begin: () => ReturnType<Runnable['run']>): void {
    this.#active = true;
    const finish = (outcome: CoroutineOutcome): void => {
      this.#outcome ??= outcome;
    };
    try {
      Promise.resolve(runInScope(this.#scope, begin)).then(
        (value) => {
          finish({ kind: 'completed', value });
        },
        (error: unknown) => {
          finish({ kind: 'failed', error });
        },
      );
    } catch (error) {
      finish({ kind: 'failed', error });
    }
  }

  /** Settles the step that the event names; an event for a step that was never asked for is a violation. */
  deliver(event: HistoryEvent): void {
    this.#active = true;
    this.#time = Math.max(this.#time, event.time);
    const pending = this.#pending.get(event.stepId);
    if (!pending) {
      if (!this.#settled.has(event.stepId)) this.#violate(this.#outcome ? 'unread-history' : 'missing-step', event);
      return;
    }
    const { command } = pending;
    if (recordedKindOf(command.kind) !== event.kind || (event.name !== undefined && event.name !== command.name)) {
      this.#violate('step-changed', event, command);
      return;
    }
    this.#pending.delete(event.stepId);
    this.#settled.add(event.stepId);
    if (event.settlement.ok) pending.resolve(event.settlement.value);
    else pending.reject(event.settlement.error);
  }

  /** To be called at quiescence, after each start or delivery. */
  rest(): void {
    this.#active = false;
  }

  /** Nothing is pending and nothing can come: the workflow awaits something that is not durable (E5 e). */
  stall(): void {
    this.#violation ??= { kind: 'stalled', stepId: undefined, asked: [], recorded: undefined };
  }

  /** Commands asked for since the last call, in the order of asking. */
  takeCommands(): readonly Command[] {
    if (this.#commands.length === 0) return NONE;
    const commands = this.#commands;
    this.#commands = [];
    return commands;
  }

  /** Waits that the workflow has taken back since the last call. */
  takeWithdrawn(): readonly Command[] {
    if (this.#withdrawn.length === 0) return NONE;
    const withdrawn = this.#withdrawn;
    this.#withdrawn = [];
    return withdrawn;
  }

  /** Takes a wait back: its promise never settles, and nothing is delivered to it. */
  withdraw(stepId: string): void {
    const pending = this.#pending.get(stepId);
    if (!pending) return;
    this.#pending.delete(stepId);
    this.#settled.add(stepId);
    const { command } = pending;
    if (this.#commands.includes(command)) this.#commands = this.#commands.filter((other) => other !== command);
    else this.#withdrawn.push(command);
  }

  /** The workflow ends this generation. Nothing that it does afterwards counts. */
  recur(input: unknown): Promise<never> {
    this.#outcome ??= { kind: 'recurred', input };
    return new Promise(ignore);
  }

  /** The command of a step that was asked for and has no result yet. */
  pendingCommand(stepId: string): Command | undefined {
    return this.#pending.get(stepId)?.command;
  }

  /** Time of the event after which a pending step was asked for: equal in every replay. */
  askedAt(stepId: string): number | undefined {
    return this.#pending.get(stepId)?.askedAt;
  }

  pendingCommands(): readonly Command[] {
    return [...this.#pending.values()].map((pending) => pending.command);
  }

  isSettled(stepId: string): boolean {
    return this.#settled.has(stepId);
  }

  get pendingCount(): number {
    return this.#pending.size;
  }

  /** Asks for a step. The id is taken at once, before any await (E3). */
  ask(request: Request, { key, signal }: AskOptions = {}): Promise<unknown> {
    if (signal?.aborted === true || this.#outcome?.kind === 'recurred') return new Promise(ignore);
    let stepId: string;
    try {
      stepId = this.#stepIds.next(request.name, key);
    } catch (error) {
      return refused(error);
    }
    const promise = this.#ask(request, stepId);
    signal?.addEventListener('abort', () => {
      this.withdraw(stepId);
    });
    return promise;
  }

  /** Also kept during replay: a crash may have come between the row and the commit that would have brought the stage. */
  set stage(stage: string) {
    this.#stage = this.#stepIds.fit(stage);
  }

  /** The stage set since the last call. */
  takeStage(): string | undefined {
    const stage = this.#stage;
    this.#stage = undefined;
    return stage;
  }

  #ask(request: Request, stepId: string): Promise<unknown> {
    const site = this.replaying || !this.#active ? new CallSite() : undefined;
    // Not a spread: this object is made for each step.
    const command = Object.assign(request, { stepId, callSite: site }) as Command;
    const promise = new Promise<unknown>((resolve, reject) => {
      const fail = (error: unknown): void => {
        // A step that nobody awaits any more (the loser of a race) may fail: that is not an unhandled rejection.
        promise.catch(ignore);
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what was thrown is passed on
        reject(error);
      };
      this.#pending.set(stepId, { command, askedAt: this.#time, resolve, reject: fail });
    });
    if (this.#active) {
      this.#commands.push(command);
    } else if (this.#outcome === undefined && this.#violation === undefined) {
      this.#violation = { kind: 'non-durable-await', stepId, asked: [asked(command)], recorded: undefined };
      this.#onLateViolation();
    }
    return promise;
  }

  #violate(kind: ViolationKind, event: HistoryEvent, command?: Command): void {
    this.#violation ??= {
      kind,
      stepId: event.stepId,
      asked: command ? [asked(command)] : this.pendingCommands().map(asked),
      recorded: recorded(event),
    };
  }
}

/** A call that asks for nothing: it fails like a step, at whoever awaits it. */
export function refused(error: unknown): Promise<never> {
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what was thrown is passed on
  const promise = Promise.reject(error);
  promise.catch(ignore);
  return promise;
}

const NONE: readonly Command[] = [];
