import { Module, type DynamicModule } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { OriginCheck } from '@romancy/nestjs';
import { Catalogue } from './catalogue/catalogue.js';
import { CatalogueBuilder } from './discovery/catalogue-builder.js';
import { McpExplorer } from './discovery/mcp.explorer.js';
import { WorkflowExposer } from './discovery/workflow-exposer.js';
import { HttpEndpoint } from './http/http-endpoint.js';
import { SessionOpener } from './http/session-opener.js';
import { SessionStore } from './http/session-store.js';
import type { RomancyMcpOptions } from './interfaces/mcp-options.interface.js';
import { type ASYNC_OPTIONS_TYPE, ConfigurableModuleClass, type OPTIONS_TYPE } from './mcp.module-definition.js';
import { ROMANCY_MCP_OPTIONS } from './mcp.tokens.js';
import { McpResources } from './server/mcp-resources.js';
import { McpServerFactory } from './server/server-factory.js';
import { Subscriptions } from './server/subscriptions.js';
import { InstanceLookup } from './workflows/instance-lookup.js';
import { ProgressReader } from './workflows/instance-progress.js';
import { WorkflowTools } from './workflows/workflow-tools.js';

/**
 * Offers the application to clients of the Model Context Protocol: each workflow with `@Workflow({ mcp: … })` as four tools, and what is
 * marked `@McpTool()`, `@McpPrompt()` and `@McpResource()`. Import it once beside `RomancyModule`.
 *
 * @example
 * ```ts
 * @Module({
 *   imports: [
 *     RomancyModule.forRoot({ database: 'workflow.db' }),
 *     RomancyMcpModule.forRoot({ name: 'shop', version: '1.0.0', http: { guards: [BearerGuard] } }),
 *   ],
 *   providers: [OrderWorkflow, StockTools],
 * })
 * export class AppModule {}
 * ```
 */
@Module({
  imports: [DiscoveryModule],
  providers: [
    Catalogue,
    CatalogueBuilder,
    HttpEndpoint,
    InstanceLookup,
    McpExplorer,
    McpResources,
    McpServerFactory,
    {
      provide: OriginCheck,
      inject: [ROMANCY_MCP_OPTIONS],
      useFactory: (options: RomancyMcpOptions) => new OriginCheck({ ...options, allowLocalPages: true }),
    },
    ProgressReader,
    SessionOpener,
    SessionStore,
    Subscriptions,
    WorkflowExposer,
    WorkflowTools,
  ],
  exports: [McpResources],
})
export class RomancyMcpModule extends ConfigurableModuleClass {
  /**
   * Configures the module with options that are known when the application is declared.
   *
   * @example
   * ```ts
   * RomancyMcpModule.forRoot({ name: 'shop', version: '1.0.0', prefix: 'shop_', sessions: { stateless: true } })
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
   * RomancyMcpModule.forRootAsync({
   *   inject: [ConfigService],
   *   useFactory: (config: ConfigService) => ({ name: 'shop', version: '1.0.0', allowedOrigins: [config.getOrThrow('CHAT_URL')] }),
   *   http: { path: 'ai/mcp' },
   * })
   * ```
   */
  static override forRootAsync(options: typeof ASYNC_OPTIONS_TYPE): DynamicModule {
    return super.forRootAsync(options);
  }
}
