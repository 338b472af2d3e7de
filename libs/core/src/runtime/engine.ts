import type { Duration } from '../definition/duration.js';
import { EngineStateError } from '../errors/engine-state-error.js';
import { ErrorTypes } from '../history/failure.js';
import { JsonPayloadCodec } from '../history/payload-codec.js';
import { applyTransforms } from '../history/payload-transform.js';
import { leaseLoop } from '../loops/lease-loop.js';
import type { Loop } from '../loops/loop.js';
import { clockLoop } from '../loops/clock-loop.js';
import { resumeLoop } from '../loops/resume-loop.js';
import { timerLoop } from '../loops/timer-loop.js';
import type { InstanceFilter } from '../ports/instance.js';
import { silentLogger } from '../ports/logger.js';
import { Canceller } from './canceller.js';
import { Committer } from './committer.js';
import { Dispatcher } from './dispatcher.js';
import type { EngineApi, EngineLoop, StartReport, StartRequest } from './engine-api.js';
import { EngineClock } from './engine-clock.js';
import type { EngineOptions } from './engine-options.js';
import type { InstanceBlock, InstanceInfo, InstanceInfoPage } from './instance-info.js';
import { Payloads } from './payloads.js';
import { ProcessIdentity } from './process-identity.js';
import { Queries } from './queries.js';
import { Semaphore } from './semaphore.js';
import type { EngineServices } from './services.js';
import { resolveSettings } from './settings.js';
import { Starter } from './starter.js';
import { SystemClock } from './system-clock.js';
import { UnknownCommits } from './unknown-commit.js';

const DEFAULT_MAX_PAYLOAD = 8 * 1024 * 1024;
/** On SQLite a group blocks the event loop while it is written: about 12 µs an entry. */
const GROUP_ON_ONE_CONNECTION = 200;
const GROUP = 500;
const SECOND_SESSION_FROM = 30;

/**
 * Durable execution on one database: everything behind the Nest module, without Nest. Build it with a storage and a registry, `start()` it,
 * and `stop()` it to hand its instances over.
 *
 * @example
 * const engine = new Engine({ storage, registry });
 * await engine.start();
 * const { instanceId } = await engine.startInstance({ workflowName: 'order', input: { sku: 'widget' } });
 * await engine.result(instanceId);
 */
export class Engine implements EngineApi {
  #state: EngineApi['state'] = 'new';
  #stopped: Promise<void> | undefined;
  readonly #services: EngineServices;
  readonly #committer: Committer;
  readonly #dispatcher: Dispatcher;
  readonly #starter: Starter;
  readonly #queries: Queries;
  readonly #canceller: Canceller;
  readonly #loops: readonly Loop[];

  constructor(options: EngineOptions) {
    const { storage, registry, logger = silentLogger } = options;
    const settings = resolveSettings(options);
    const clock = new EngineClock(options.clock ?? new SystemClock());
    const errorTypes = new ErrorTypes(options.errors);
    const single = storage.commits.sessions === 1;
    this.#committer = new Committer(storage.commits, logger, {
      maxGroup: single ? GROUP_ON_ONE_CONNECTION : GROUP,
      secondSessionFrom: SECOND_SESSION_FROM,
    });
    const unknownCommits = new UnknownCommits(storage, this.#committer);
    this.#services = {
      storage,
      registry,
      clock,
      logger,
      settings,
      errorTypes,
      unknownCommits,
      payloads: payloadsOf(options, errorTypes),
      stepIds: {
        maxLength: storage.limits.maxIdLength,
        foldCase: storage.dialect === 'mysql' || storage.dialect === 'mariadb',
      },
      journal: { committer: this.#committer, clock, resolveUnknown: (entry) => unknownCommits.resolve(entry) },
      pool: new Semaphore(settings.maxConcurrentActivities),
    };
    const identity = new ProcessIdentity(settings.workerId);
    this.#dispatcher = new Dispatcher(this.#services, identity);
    const resume = resumeLoop(this.#services, this.#dispatcher);
    this.#starter = new Starter(this.#services, this.#dispatcher, identity, () => {
      resume.wake();
    });
    this.#queries = new Queries(this.#services, this.#dispatcher);
    this.#canceller = new Canceller(this.#services, this.#queries, this.#dispatcher);
    const worker = [resume, timerLoop(this.#services, this.#dispatcher), leaseLoop(this.#services, this.#dispatcher)];
    this.#loops = [...(settings.worker ? worker : []), clockLoop(this.#services)];
  }

  get state(): EngineApi['state'] {
    return this.#state;
  }

  get loops(): readonly EngineLoop[] {
    return this.#loops;
  }

  async start(): Promise<void> {
    if (this.#state !== 'new') throw new EngineStateError('start', this.#state);
    this.#state = 'starting';
    const { storage, registry, clock } = this.#services;
    try {
      await storage.open();
      await clock.synchronize(() => storage.databaseNow());
      await storage.definitions.upsert(
        registry
          .workflows()
          .map(({ name, sourceHash, sourceCode }) => ({ workflowName: name, sourceHash, sourceCode })),
      );
    } catch (error) {
      this.#state = 'new';
      throw error;
    }
    this.#state = 'started';
    for (const loop of this.#loops) loop.start();
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async isReady(): Promise<boolean> {
    if (this.#state !== 'started') return false;
    try {
      await this.#services.storage.databaseNow();
      return true;
    } catch {
      return false;
    }
  }

  async startInstance(request: StartRequest): Promise<StartReport> {
    this.#mustRun('start a workflow');
    return this.#starter.start(request);
  }

  async result(instanceId: string, options?: { readonly timeout?: Duration }): Promise<unknown> {
    this.#mustRun('wait for a result');
    return this.#queries.result(instanceId, options);
  }

  async get(instanceId: string): Promise<InstanceInfo> {
    this.#mustRun('read an instance');
    return this.#queries.get(instanceId);
  }

  async list(filter?: InstanceFilter): Promise<InstanceInfoPage> {
    this.#mustRun('list instances');
    return this.#queries.list(filter);
  }

  async cancel(instanceId: string, reason?: string): Promise<void> {
    this.#mustRun('cancel an instance');
    await this.#canceller.cancel(instanceId, reason ?? null);
  }

  async block(instanceId: string): Promise<InstanceBlock | undefined> {
    this.#mustRun('read a block');
    return this.#queries.block(instanceId);
  }

  async retryBlocked(instanceId: string): Promise<boolean> {
    this.#mustRun('retry an instance');
    const cleared = await this.#services.storage.runState.clearBlock(instanceId);
    if (cleared && this.#services.settings.worker) this.#dispatcher.wake(instanceId);
    return cleared;
  }

  async whenIdle(): Promise<void> {
    await this.#dispatcher.whenIdle();
    await this.#committer.drain();
  }

  async #stop(): Promise<void> {
    if (this.#state !== 'started') {
      this.#state = 'stopped';
      return;
    }
    this.#state = 'stopping';
    const { settings, storage } = this.#services;
    const leases = this.#loops.filter((loop) => loop.name === LEASES);
    await Promise.all(this.#loops.filter((loop) => loop.name !== LEASES).map((loop) => loop.stop()));
    await this.#dispatcher.drain(settings.shutdownMs);
    await Promise.all(leases.map((loop) => loop.stop()));
    this.#committer.close();
    await this.#committer.drain();
    await storage.close();
    this.#state = 'stopped';
  }

  #mustRun(what: string): void {
    if (this.#state !== 'started') throw new EngineStateError(what, this.#state);
  }
}

function payloadsOf(options: EngineOptions, errorTypes: ErrorTypes): Payloads {
  const { storage, transforms = [], readableTransforms = [] } = options;
  const { refusesNul } = storage.limits;
  const codec = new JsonPayloadCodec({
    maxBytes: options.maxPayloadBytes ?? DEFAULT_MAX_PAYLOAD,
    refusesNul,
    errorTypes,
  });
  const plain = transforms.length === 0 && readableTransforms.length === 0;
  return new Payloads(codec, plain ? undefined : applyTransforms(transforms, readableTransforms));
}

/** Leases are renewed until the last body has ended. */
const LEASES = 'romancy:leases';
