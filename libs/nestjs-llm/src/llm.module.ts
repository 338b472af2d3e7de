import { Module, type DynamicModule } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { CallDesk } from './calls/call-desk.js';
import { CallStash } from './calls/call-stash.js';
import { createLlmActivities, type LlmActivities } from './calls/llm.activities.js';
import { CallExecutor } from './generation/call-executor.js';
import { ListenerNotices } from './generation/listener-notices.js';
import type { RomancyLlmOptions } from './interfaces/module-options.interface.js';
import { Llm } from './llm.js';
import { type ASYNC_OPTIONS_TYPE, ConfigurableModuleClass, type OPTIONS_TYPE } from './llm.module-definition.js';
import { LLM_ACTIVITIES, ROMANCY_LLM_OPTIONS } from './llm.tokens.js';
import { ModelRegistry } from './providers/model-registry.js';
import { ProviderCheck } from './providers/provider-check.js';
import { Redactor } from './redaction/redactor.js';
import { InstanceUsage } from './usage/instance-usage.js';

/**
 * Durable calls of language models: import it once, beside `RomancyModule`. It is global, and provides {@link Llm}.
 *
 * @example
 * ```ts
 * @Module({
 *   imports: [
 *     RomancyModule.forRoot({ database: 'workflow.db' }),
 *     RomancyLlmModule.forRoot({ defaults: { provider: 'anthropic', model: 'claude-sonnet-4-5', maxTokens: 1024 } }),
 *   ],
 *   providers: [SummaryWorkflow],
 * })
 * export class AppModule {}
 * ```
 */
@Module({
  providers: [
    CallStash,
    ProviderCheck,
    {
      provide: ModelRegistry,
      useFactory: ({ providers }: RomancyLlmOptions) => new ModelRegistry(providers),
      inject: [ROMANCY_LLM_OPTIONS],
    },
    {
      provide: Redactor,
      useFactory: ({ redact }: RomancyLlmOptions) => new Redactor(redact),
      inject: [ROMANCY_LLM_OPTIONS],
    },
    {
      provide: CallExecutor,
      useFactory: (options: RomancyLlmOptions, models: ModelRegistry, redactor: Redactor) =>
        new CallExecutor(options, models, redactor, new ListenerNotices(options.listener)),
      inject: [ROMANCY_LLM_OPTIONS, ModelRegistry, Redactor],
    },
    {
      provide: LLM_ACTIVITIES,
      useFactory: (executor: CallExecutor, stash: CallStash, { retry }: RomancyLlmOptions) =>
        createLlmActivities(executor, stash, retry),
      inject: [CallExecutor, CallStash, ROMANCY_LLM_OPTIONS],
    },
    {
      provide: Llm,
      useFactory: (
        activities: LlmActivities,
        executor: CallExecutor,
        stash: CallStash,
        redactor: Redactor,
        moduleRef: ModuleRef,
      ) => new Llm(new CallDesk(activities, executor, stash, redactor), new InstanceUsage(moduleRef)),
      inject: [LLM_ACTIVITIES, CallExecutor, CallStash, Redactor, ModuleRef],
    },
  ],
  exports: [Llm],
})
export class RomancyLlmModule extends ConfigurableModuleClass {
  /** Configures the module with options that are known when the application is declared. */
  static override forRoot(options: typeof OPTIONS_TYPE): DynamicModule {
    return super.forRoot(options);
  }

  /**
   * Configures the module with options that other providers supply, by `useFactory`, `useClass` or `useExisting`.
   *
   * @example
   * ```ts
   * RomancyLlmModule.forRootAsync({
   *   inject: [ConfigService],
   *   useFactory: (config: ConfigService) => ({ defaults: { provider: config.get('LLM_PROVIDER'), model: config.get('LLM_MODEL') } }),
   * })
   * ```
   */
  static override forRootAsync(options: typeof ASYNC_OPTIONS_TYPE): DynamicModule {
    return super.forRootAsync(options);
  }
}
