import type { Duration } from '../definition/duration.js';
import { EngineStateError } from '../errors/engine-state-error.js';
import type { AcceptedEvent, DeliverReport } from '../events/accepted-event.js';
import type { Inspector } from '../inspection/inspector.js';
import type { InstanceFilter } from '../ports/instance.js';
import type { StorageStatistics } from '../ports/statistics.js';
import type { WorkerCard } from '../ports/liveness.js';
import type { EngineApi, EngineLoop, PublishRequest, RetryReport, StartReport, StartRequest } from './engine-api.js';
import type { EngineOptions } from './engine-options.js';
import { assemble, type EngineParts } from './engine-parts.js';
import { definitionRow } from './new-instance.js';
import { pause } from './pause.js';
import type { InstanceBlock, InstanceInfo, InstanceInfoPage, InstanceSuspicion } from './instance-info.js';

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
  #parts: EngineParts | undefined;
  readonly #options: EngineOptions;

  constructor(options: EngineOptions) {
    this.#options = options;
  }

  get state(): EngineApi['state'] {
    return this.#state;
  }

  get loops(): readonly EngineLoop[] {
    return this.#parts?.loops ?? [];
  }

  async start(): Promise<void> {
    if (this.#state !== 'new') throw new EngineStateError('start', this.#state);
    this.#state = 'starting';
    try {
      this.#parts = await this.#open();
    } catch (error) {
      this.#state = 'new';
      // What the storage has opened must not keep the process alive; the reason why it failed is what counts.
      await this.#options.storage.close().catch(() => undefined);
      throw error;
    }
    // The application was closed while it started: a stop does not wait for a database that may not answer.
    if (this.#stopped !== undefined) {
      await this.#leave(this.#parts);
      throw new EngineStateError('start', 'stopped');
    }
    this.#state = 'started';
    const { services } = this.#parts;
    services.logger.info('Romancy has started.', {
      database: services.storage.dialect,
      workflows: services.registry.workflowNames.length,
      runsWorkflows: services.settings.worker,
    });
    for (const loop of this.#parts.loops) loop.start();
    await this.#parts.noticeDesk.listen();
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async isReady(): Promise<boolean> {
    if (this.#state !== 'started') return false;
    const answered = this.#options.storage.databaseNow().then(
      () => true,
      () => false,
    );
    // A database that does not answer in time is none to send requests to.
    return Promise.race([answered, pause(READY_WITHIN, { ref: false }).then(() => false)]);
  }

  async startInstance(request: StartRequest): Promise<StartReport> {
    return this.#running('start a workflow').starter.start(request);
  }

  async result(instanceId: string, options?: { readonly timeout?: Duration }): Promise<unknown> {
    return this.#running('wait for a result').queries.result(instanceId, options);
  }

  async get(instanceId: string): Promise<InstanceInfo> {
    return this.#running('read an instance').queries.get(instanceId);
  }

  async list(filter?: InstanceFilter): Promise<InstanceInfoPage> {
    return this.#running('list instances').queries.list(filter);
  }

  async cancel(instanceId: string, reason?: string): Promise<void> {
    await this.#running('cancel an instance').canceller.cancel(instanceId, reason ?? null);
  }

  async publish(request: PublishRequest): Promise<string> {
    return this.#running('publish a message').publisher.publish(request);
  }

  async sendTo(instanceId: string, request: PublishRequest): Promise<string> {
    return this.#running('send a message').publisher.sendTo(instanceId, request);
  }

  async deliver(event: AcceptedEvent): Promise<DeliverReport> {
    return this.#running('take an event in').eventReceiver.deliver(event);
  }

  async block(instanceId: string): Promise<InstanceBlock | undefined> {
    return this.#running('read a block').queries.block(instanceId);
  }

  async suspicion(instanceId: string): Promise<InstanceSuspicion | undefined> {
    return this.#running('read a suspicion').queries.suspicion(instanceId);
  }

  async retryBlocked(instanceId: string): Promise<boolean> {
    return this.#running('retry an instance').retrier.unblock(instanceId);
  }

  async retry(instanceId: string): Promise<RetryReport> {
    return this.#running('retry an instance').retrier.retry(instanceId);
  }

  get inspector(): Inspector {
    return this.#running('look at instances').inspector;
  }

  async statistics(): Promise<StorageStatistics> {
    return this.#running('read statistics').services.storage.statistics.read();
  }

  get leads(): boolean {
    return this.#parts?.leadership.held ?? false;
  }

  async whenIdle(): Promise<void> {
    await this.#parts?.dispatcher.whenIdle();
    await this.#parts?.committer.drain();
  }

  async #stop(): Promise<void> {
    const parts = this.#parts;
    if (this.#state !== 'started' || !parts) {
      this.#state = 'stopped';
      return;
    }
    this.#state = 'stopping';
    const { services, dispatcher, committer, leadership, loops } = parts;
    await Promise.all(loops.filter((loop) => !TO_THE_END.has(loop.name)).map((loop) => loop.stop()));
    // Others lead at once; a database that cannot be reached lets the lease end instead.
    await leadership.resign().catch(() => undefined);
    await dispatcher.drain(services.settings.shutdownMs);
    await Promise.all(loops.map((loop) => loop.stop()));
    await parts.noticeDesk.stop();
    await services.postOffice.settled();
    committer.close();
    await committer.drain();
    await this.#leave(parts);
  }

  async #leave({ services: { storage } }: EngineParts): Promise<void> {
    await storage.liveness.leave().catch(() => undefined);
    await storage.close();
    this.#state = 'stopped';
  }

  async #open(): Promise<EngineParts> {
    const { storage, registry } = this.#options;
    await storage.open();
    const parts = assemble(this.#options);
    const { settings } = parts.services;
    await parts.services.clock.synchronize(() => storage.databaseNow());
    if (settings.worker) await storage.liveness.join(workerOf(parts), settings.liveness);
    await storage.definitions.upsert(registry.workflows().map(definitionRow));
    return parts;
  }

  #running(what: string): EngineParts {
    if (this.#state !== 'started' || !this.#parts) throw new EngineStateError(what, this.#state);
    return this.#parts;
  }
}

function workerOf({ identity, services: { settings } }: EngineParts): WorkerCard {
  return { workerId: identity.id, label: settings.workerId, service: settings.serviceName };
}

const READY_WITHIN = 3_000;

/** Leases are renewed, and the process shows that it lives, until the last body has ended. */
const TO_THE_END: ReadonlySet<string> = new Set(['romancy:leases', 'romancy:workers']);
