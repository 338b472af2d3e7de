import { Module, type DynamicModule } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { TraceContextInterceptor } from './http/trace-context.interceptor.js';
import { type ASYNC_OPTIONS_TYPE, ConfigurableModuleClass, type OPTIONS_TYPE } from './otel.module-definition.js';
import { DatabaseGauges } from './metrics/database-gauges.js';
import { Telemetry } from './telemetry.js';

/**
 * Traces and metrics of workflows: import it once, beside `RomancyModule`, and start an SDK of OpenTelemetry as for any application.
 *
 * @example
 * ```ts
 * @Module({
 *   imports: [RomancyModule.forRoot({ database: 'workflow.db' }), RomancyOtelModule.forRoot()],
 *   providers: [OrderWorkflow],
 * })
 * export class AppModule {}
 * ```
 */
@Module({ providers: [DatabaseGauges, Telemetry, { provide: APP_INTERCEPTOR, useClass: TraceContextInterceptor }] })
export class RomancyOtelModule extends ConfigurableModuleClass {
  /** Configures the module with options that are known when the application is declared. */
  static override forRoot(options: typeof OPTIONS_TYPE = {}): DynamicModule {
    return super.forRoot(options);
  }

  /** Configures the module with options that other providers supply, by `useFactory`, `useClass` or `useExisting`. */
  static override forRootAsync(options: typeof ASYNC_OPTIONS_TYPE): DynamicModule {
    return super.forRootAsync(options);
  }
}
