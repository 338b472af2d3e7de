import {
  Engine,
  Registry,
  type Clock,
  type EngineSettings,
  type HistoryRow,
  type InstanceRow,
  type Logger,
  type Tracing,
} from '@romancy/core';
import { MemoryStorage, VirtualClock, type MemoryStorageOptions } from '@romancy/testing';
import { App } from './app.js';

interface LogLine {
  readonly level: keyof Logger;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface EngineChoice extends EngineSettings {
  /** The process's connection; default the lab's first one. */
  readonly storage?: MemoryStorage;
  /** The code that it runs; default the lab's. */
  readonly app?: App;
  /** Instead of the lab's, which remembers. */
  readonly logger?: Logger;
  /** A clock of its own. */
  readonly clock?: Clock;
  readonly tracing?: Tracing;
}

export interface LabOptions extends MemoryStorageOptions {
  readonly settings?: EngineSettings;
}

type Row = ReturnType<MemoryStorage['database']['instances']['get']> & {};

/** One database, one clock that stands still until it is moved, and engines on them. */
export class Lab {
  readonly clock: VirtualClock;
  readonly storage: MemoryStorage;
  readonly app = new App();
  readonly logs: LogLine[] = [];
  readonly #settings: EngineSettings;
  readonly #engines: { readonly engine: Engine; readonly storage: MemoryStorage }[] = [];

  constructor({ settings = {}, ...storage }: LabOptions = {}) {
    this.clock = new VirtualClock({ whenIdle: () => this.quiet(), patience: 10_000 });
    this.storage = new MemoryStorage({ clock: this.clock, ...storage });
    this.#settings = { ...fromEnvironment(), ...settings };
  }

  /** Starts a process. */
  async engine({ storage = this.storage, app = this.app, ...settings }: EngineChoice = {}): Promise<Engine> {
    const engine = new Engine({
      storage,
      registry: bound(app.registry, storage),
      clock: this.clock,
      logger: this.#logger(),
      ...this.#settings,
      ...settings,
    });
    await engine.start();
    this.#engines.push({ engine, storage });
    return engine;
  }

  /** Starts a process with a connection of its own. */
  async anotherEngine(choice: EngineChoice = {}): Promise<Engine> {
    return this.engine({ storage: this.storage.connect(), ...choice });
  }

  /** Stops what still lives. Waits on its own clock are run down. */
  async close(): Promise<void> {
    const living = this.#engines.filter(({ storage }) => !storage.faults.crashed);
    for (const { storage } of living) storage.faults.intercept(undefined);
    await this.clock.runUntil(Promise.all(living.map(({ engine }) => engine.stop())));
  }

  /** Starts an instance and answers its id. */
  async start(engine: Engine, workflowName: string, input?: unknown, instanceId?: string): Promise<string> {
    const request = { workflowName, input, ...(instanceId !== undefined && { instanceId }) };
    return (await engine.startInstance(request)).instanceId;
  }

  /** The result of an instance; time runs as far as needed. */
  result(engine: Engine, instanceId: string): Promise<unknown> {
    return this.clock.runUntil(engine.result(instanceId), '1000d');
  }

  /** Starts an instance and answers its result. */
  async execute(engine: Engine, workflowName: string, input?: unknown, instanceId?: string): Promise<unknown> {
    return this.result(engine, await this.start(engine, workflowName, input, instanceId));
  }

  /** Resolves when nothing has happened for some turns of the event loop. */
  async quiet(): Promise<void> {
    let seen = -1;
    for (let still = 0; still < 8;) {
      await new Promise((resolve) => setImmediate(resolve));
      const { activity } = this.storage.database;
      still = activity === seen ? still + 1 : 0;
      seen = activity;
    }
  }

  /** Everything that the database holds for an instance. */
  record(instanceId: string): Row {
    const record = this.storage.database.instances.get(instanceId);
    if (!record) throw new Error(`There is no instance ${instanceId}.`);
    return record;
  }

  row(instanceId: string): InstanceRow {
    return this.record(instanceId).row;
  }

  history(instanceId: string): readonly HistoryRow[] {
    return this.record(instanceId).history;
  }

  /** Ids of the recorded steps in their order, those of the engine too. */
  steps(instanceId: string): readonly string[] {
    return this.history(instanceId).map((row) => row.activityId);
  }

  /** JSON of a recorded step. */
  data(instanceId: string, activityId: string): Readonly<Record<string, unknown>> {
    const row = this.history(instanceId).find((one) => one.activityId === activityId);
    return JSON.parse(row?.data ?? 'null') as Record<string, unknown>;
  }

  logged(pattern: RegExp): readonly LogLine[] {
    return this.logs.filter(({ message }) => pattern.test(message));
  }

  #logger(): Logger {
    const at =
      (level: keyof Logger) =>
      (message: string, fields: LogLine['fields'] = {}): void =>
        void this.logs.push({ level, message, fields });
    return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  }
}

/** `ENGINE_CACHE_SIZE=0` runs every test with a replay at each turn (E4). */
function fromEnvironment(): EngineSettings {
  const size = process.env['ENGINE_CACHE_SIZE'];
  return size === undefined ? {} : { cacheSize: Number(size) };
}

/** What one process knows. When it is dead, none of its bodies begins any more. */
function bound(registry: Registry, { faults }: MemoryStorage): Registry {
  const own = new Registry();
  const alive =
    <Args extends readonly unknown[]>(invoke: (...args: Args) => unknown) =>
    async (...args: Args): Promise<unknown> => {
      await faults.whileAlive();
      return invoke(...args);
    };
  for (const workflow of registry.workflows()) own.addWorkflow(workflow);
  for (const activity of registry.activities()) {
    const { compensation } = activity;
    own.addActivity({
      ...activity,
      invoke: alive((args) => activity.invoke(args)),
      compensation: compensation && { ...compensation, invoke: alive((call) => compensation.invoke(call)) },
    });
  }
  return own;
}

/** Waits for something that needs no time to pass, with a limit. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const limit = Date.now() + 5_000;
  while (!condition()) {
    if (Date.now() > limit) throw new Error(`It did not happen: ${what}.`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** What a promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('The promise has not failed.');
}
