import {
  currentActivity,
  durableMethod,
  Engine,
  Registry,
  type ActivityDefinition,
  type ActivityOptions,
  type ActivityScope,
  type CompensationCall,
  type CompensationDefinition,
  type EngineSettings,
  type Logger,
  type WorkflowContext,
} from '@romancy/core';
import { MemoryTransaction, type MemoryStorage } from '@romancy/testing';
import { ProcessClock } from './process-clock.js';
import type { World } from './world.js';

/** Registers what one process knows. Called for each process anew, as a restart would. */
export type Application = (worker: Worker) => void;

type Method<Args extends readonly unknown[], Result> = (...args: Args) => Promise<Result>;

export interface CompensationOptions extends ActivityOptions {
  readonly inDoubt?: boolean;
  readonly run: (call: CompensationCall) => Promise<void>;
}

export interface WorkerSettings extends EngineSettings {
  /** How far the clock of its machine is ahead of the database's, in milliseconds; without it the process shares that clock. */
  readonly skew?: number;
}

/** One process: its connection, its code, its engine. After a crash nothing of it goes on, not even its bodies. */
export class Worker {
  readonly storage: MemoryStorage;
  readonly engine: Engine;
  readonly registry = new Registry();
  readonly logs: { readonly level: keyof Logger; readonly message: string; readonly fields: unknown }[] = [];

  constructor(
    readonly world: World,
    readonly label: string,
    application: Application,
    { skew, ...settings }: WorkerSettings = {},
  ) {
    this.storage = world.storage.connect();
    const clock = new ProcessClock(world.clock, skew);
    this.storage.faults.onCrash(() => clock.die());
    application(this);
    this.engine = new Engine({
      storage: this.storage,
      registry: this.registry,
      clock,
      logger: this.#logger(),
      workerId: label,
      ...settings,
    });
  }

  get dead(): boolean {
    return this.storage.faults.crashed;
  }

  crash(): void {
    this.storage.faults.crash();
  }

  workflow<Input>(
    name: string,
    run: (input: Input, ctx: WorkflowContext) => Promise<unknown>,
    sourceHash = 'v1',
  ): void {
    const definition = {
      name,
      sourceHash,
      sourceCode: '',
      create: () => ({ run: (input: unknown, ctx: WorkflowContext) => run(input as Input, ctx) }),
    };
    this.registry.addWorkflow(definition);
  }

  activity<Args extends readonly unknown[], Result>(
    name: string,
    options: ActivityOptions & { readonly compensation?: CompensationOptions },
    body: Method<Args, Result>,
  ): Method<Args, Result> {
    const { compensation, ...own } = options;
    const invoke = (args: readonly unknown[]): Promise<Result> => this.#body(() => body(...(args as unknown as Args)));
    const definition: ActivityDefinition = {
      name,
      options: own,
      invoke,
      compensation: compensation && this.#undo(name, compensation),
    };
    this.registry.addActivity(definition);
    return durableMethod(name, body as unknown as (...args: never[]) => Promise<Result>) as unknown as Method<
      Args,
      Result
    >;
  }

  /** A call to the outside: it cannot be taken back. */
  async outside(name: string): Promise<void> {
    await this.alive();
    const scope = this.scope();
    this.world.bodyMoves();
    this.world.outside.push({ name, idempotencyKey: scope.idempotencyKey, worker: this.label });
  }

  /** A row of the user's in the attempt's transaction. */
  async effect(key: string): Promise<void> {
    await this.transaction().effect(`${this.scope().instanceId}/${key}`);
  }

  transaction(): MemoryTransaction {
    const { transaction } = this.scope();
    if (!(transaction instanceof MemoryTransaction)) throw new TypeError('There is no transaction here.');
    return transaction;
  }

  /** Waits inside a body. */
  async pause(milliseconds: number): Promise<void> {
    await new Promise<void>((resolve) => this.world.clock.setTimer(milliseconds, resolve));
    this.world.bodyMoves();
    await this.alive();
  }

  /** The present step's id, once everything that its workflow has seen before is found to be recorded (E9). */
  observe(seen: readonly string[]): string {
    const { instanceId, stepId } = this.scope();
    this.world.bodyMoves();
    const recorded = new Set(this.world.recorded(instanceId));
    const early = seen.filter((step) => !recorded.has(step));
    if (early.length > 0)
      this.world.violations.push(`${instanceId}/${stepId} began before ${early.join()} was recorded`);
    return stepId;
  }

  scope(): ActivityScope {
    const scope = currentActivity();
    if (scope === undefined) throw new Error('This runs outside an activity.');
    return scope;
  }

  async alive(): Promise<void> {
    await this.storage.faults.whileAlive();
  }

  #undo(activityName: string, { run, inDoubt = false, ...options }: CompensationOptions): CompensationDefinition {
    const invoke = (call: CompensationCall): Promise<void> => this.#body(() => run(call));
    return { name: `undo_${activityName}`, inDoubt, options, invoke };
  }

  async #body<T>(run: () => Promise<T>): Promise<T> {
    await this.alive();
    const { instanceId, stepId } = this.scope();
    this.world.bodyBegins(this.label, instanceId, stepId);
    try {
      return await run();
    } finally {
      await this.alive();
      this.world.bodyMoves();
    }
  }

  #logger(): Logger {
    const log = (level: keyof Logger) => (message: string, fields?: unknown) =>
      void this.logs.push({ level, message, fields });
    return { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
  }
}
