import { Inject, Injectable } from '@nestjs/common';
import { Registry, type Clock, type EngineApi, type EngineSettings, type Logger, type Storage } from '@romancy/core';
import { judgeActivities } from '../discovery/activity-validator.js';
import { Explorer } from '../discovery/explorer.js';
import type { Discovered } from '../discovery/found.js';
import type { Mistake } from '../discovery/mistake.js';
import { judgeModuleOptions } from '../discovery/options-validator.js';
import * as messages from '../discovery/options.messages.js';
import { judgeEvents } from '../discovery/start-events.js';
import { Registrar } from '../discovery/registrar.js';
import { judgeWorkflows } from '../discovery/workflow-validator.js';
import { decoratedHooks } from '../hooks/decorated-hooks.js';
import { EngineExtensions, takeHooks } from '../hooks/engine-extensions.js';
import { judgeHooks, judgeListeners } from '../hooks/judge-hooks.js';
import { StartupError } from '../errors/startup.error.js';
import type { RomancyModuleOptions } from '../interfaces/module-options.interface.js';
import {
  ROMANCY_CLOCK,
  ROMANCY_ENGINE_FACTORY,
  ROMANCY_LOGGER,
  ROMANCY_OPTIONS,
  ROMANCY_STORAGE_FACTORY,
} from '../romancy.tokens.js';
import { PublisherResolver } from '../outbox/publisher-resolver.js';
import { judgeSchemas } from '../schema/judge-schemas.js';
import { DataSourceResolver } from './data-source-resolver.js';
import type { EngineFactory, StorageFactory } from './factories.js';
import { warnOfNetworkFile } from './network-file-system.js';

const FOR_STORAGE: ReadonlySet<string> = new Set(['database', 'dataSource', 'migrations', 'outbox', 'storage']);

export interface Prepared {
  readonly engine: EngineApi;
  readonly storage: Storage;
}

/** Turns what the application declares into an engine, or refuses it with everything that is wrong. */
@Injectable()
export class StartUp {
  constructor(
    @Inject(ROMANCY_OPTIONS) private readonly options: RomancyModuleOptions,
    @Inject(ROMANCY_STORAGE_FACTORY) private readonly createStorage: StorageFactory,
    @Inject(ROMANCY_ENGINE_FACTORY) private readonly createEngine: EngineFactory,
    @Inject(ROMANCY_LOGGER) private readonly logger: Logger,
    @Inject(ROMANCY_CLOCK) private readonly clock: Clock | undefined,
    private readonly explorer: Explorer,
    private readonly registrar: Registrar,
    private readonly registry: Registry,
    private readonly dataSources: DataSourceResolver,
    private readonly publishers: PublisherResolver,
    private readonly extensions: EngineExtensions,
  ) {}

  async prepare(): Promise<Prepared> {
    const discovered = this.explorer.explore();
    const mistakes: Mistake[] = [
      ...judgeModuleOptions(this.options, discovered.modules),
      ...judgeHooks(this.options.hooks),
    ];
    const storage = mistakes.length === 0 ? await this.#storage(mistakes) : undefined;
    mistakes.push(...judge(discovered), ...(await judgeSchemas(discovered.workflows)));
    if (mistakes.length === 0) mistakes.push(...(await this.registrar.register(discovered)));
    const outbox = this.publishers.resolve(this.options.outbox, mistakes);
    if (!storage || mistakes.length > 0) throw new StartupError(mistakes);
    await warnOfNetworkFile(this.options.database, this.logger);
    const { registry, logger, clock, extensions } = this;
    const hooks = [
      ...[this.options.hooks ?? []].flat(),
      ...takeHooks(extensions),
      ...decoratedHooks(discovered.listeners),
    ];
    const { tracing } = extensions;
    const optional = { ...(clock ? { clock } : {}), ...(outbox ? { outbox } : {}), ...(tracing ? { tracing } : {}) };
    const options = { ...settingsOf(this.options), storage, registry, logger, hooks, ...optional };
    return { storage, engine: this.createEngine(options) };
  }

  async #storage(mistakes: Mistake[]): Promise<Storage | undefined> {
    const { database, dataSource, migrations, storage } = this.options;
    const settings = { ...storage, ...(migrations === undefined ? {} : { migrations }), logger: this.logger };
    if (database !== undefined) return this.createStorage({ database, ...settings });
    const found = await this.dataSources.resolve(dataSource);
    if (found) return this.createStorage({ dataSource: found, ...settings });
    mistakes.push(messages.UNKNOWN_DATA_SOURCE(nameOf(dataSource)));
    return undefined;
  }
}

function judge({ workflows, activities, listeners }: Discovered): readonly Mistake[] {
  return [
    ...judgeWorkflows(workflows),
    ...judgeActivities(activities, workflows),
    ...judgeListeners(listeners, workflows),
    ...judgeEvents(workflows),
  ];
}

/** What of the options is for the engine; the rest is for the storage. */
function settingsOf(options: RomancyModuleOptions): EngineSettings {
  return Object.fromEntries(Object.entries(options).filter(([option]) => !FOR_STORAGE.has(option)));
}

function nameOf(given: unknown): string {
  if (typeof given === 'string') return `"${given}"`;
  return typeof given === 'function' ? given.name : String(given);
}
