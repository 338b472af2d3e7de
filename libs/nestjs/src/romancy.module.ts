import { Module, type DynamicModule } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Registry } from '@romancy/core';
import { DeclaredWorkflows } from './client/declared-workflows.js';
import { WorkflowCatalog } from './client/workflow-catalog.js';
import { WorkflowInspector } from './client/workflow-inspector.js';
import { WorkflowClient } from './client/workflow-client.js';
import { ActivityContext } from './context/activity-context.js';
import { Explorer } from './discovery/explorer.js';
import { MetadataAccessor } from './discovery/metadata.accessor.js';
import { Registrar } from './discovery/registrar.js';
import { ClientEvents } from './events/client-events.js';
import { EventReceiver } from './events/event-receiver.js';
import { EventStarts } from './events/event-starts.js';
import { EngineExtensions } from './hooks/engine-extensions.js';
import { OutboxWriter } from './outbox/outbox-writer.js';
import { PublisherResolver } from './outbox/publisher-resolver.js';
import { type ASYNC_OPTIONS_TYPE, ConfigurableModuleClass, type OPTIONS_TYPE } from './romancy.module-definition.js';
import { ROMANCY_CLOCK, ROMANCY_ENGINE_FACTORY, ROMANCY_LOGGER, ROMANCY_STORAGE_FACTORY } from './romancy.tokens.js';
import { DataSourceResolver } from './runtime/data-source-resolver.js';
import { EngineHost } from './runtime/engine-host.js';
import { createEngine, createStorage } from './runtime/factories.js';
import { Lifecycle } from './runtime/lifecycle.js';
import { NestLoggerAdapter } from './runtime/nest-logger.js';
import { ScheduledLoops } from './runtime/scheduled-loops.js';
import { StartUp } from './runtime/start-up.js';
import { WorkflowLoops } from './runtime/workflow-loops.js';

/**
 * Durable workflows for the application: import it once, in the root module. It is global. Workflows and activities are found wherever they
 * are provided.
 *
 * @example
 * ```ts
 * @Module({
 *   imports: [RomancyModule.forRoot({ database: 'workflow.db' })],
 *   providers: [OrderWorkflow, PaymentActivities, StockActivities],
 * })
 * export class AppModule {}
 * ```
 */
@Module({
  imports: [DiscoveryModule],
  providers: [
    { provide: Registry, useFactory: () => new Registry() },
    { provide: ROMANCY_CLOCK, useValue: undefined },
    { provide: ROMANCY_LOGGER, useClass: NestLoggerAdapter },
    { provide: ROMANCY_STORAGE_FACTORY, useValue: createStorage },
    { provide: ROMANCY_ENGINE_FACTORY, useValue: createEngine },
    {
      provide: WorkflowClient,
      useFactory: (host: EngineHost, catalog: WorkflowCatalog, events: ClientEvents) =>
        new WorkflowClient(host, catalog, undefined, events),
      inject: [EngineHost, WorkflowCatalog, ClientEvents],
    },
    ActivityContext,
    ClientEvents,
    DataSourceResolver,
    DeclaredWorkflows,
    EngineExtensions,
    EngineHost,
    EventReceiver,
    EventStarts,
    Explorer,
    Lifecycle,
    MetadataAccessor,
    OutboxWriter,
    PublisherResolver,
    Registrar,
    ScheduledLoops,
    StartUp,
    WorkflowCatalog,
    WorkflowInspector,
    WorkflowLoops,
  ],
  exports: [
    ActivityContext,
    DeclaredWorkflows,
    EngineExtensions,
    EngineHost,
    ROMANCY_LOGGER,
    WorkflowClient,
    WorkflowInspector,
    WorkflowLoops,
  ],
})
export class RomancyModule extends ConfigurableModuleClass {
  /**
   * Configures the module with options that are known when the application is declared.
   *
   * @example
   * ```ts
   * RomancyModule.forRoot({ database: 'postgres://localhost/orders', serviceName: 'orders', http: { cancel: true } })
   * RomancyModule.forRoot({ dataSource: 'default' })   // share the application's own
   * ```
   */
  static override forRoot(options: typeof OPTIONS_TYPE): DynamicModule {
    return super.forRoot(options);
  }

  /**
   * Configures the module with options that other providers supply, by `useFactory`, `useClass` or `useExisting`.
   *
   * @example
   * ```ts
   * RomancyModule.forRootAsync({
   *   imports: [ConfigModule],
   *   inject: [ConfigService],
   *   useFactory: (config: ConfigService) => ({ database: config.getOrThrow('DATABASE_URL') }),
   *   http: { cancel: true },
   * })
   * ```
   */
  static override forRootAsync(options: typeof ASYNC_OPTIONS_TYPE): DynamicModule {
    return super.forRootAsync(options);
  }
}
