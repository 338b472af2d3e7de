import { Module, type DynamicModule } from '@nestjs/common';
import { ActionGate } from './http/action-gate.js';
import { OriginGate } from './http/origin-gate.js';
import { UnguardedPage } from './http/unguarded-page.js';
import { PageFiles } from './page/page-files.js';
import { type ASYNC_OPTIONS_TYPE, ConfigurableModuleClass, type OPTIONS_TYPE } from './viewer.module-definition.js';
import { StartableWorkflows } from './workflows/startable-workflows.js';

/**
 * A page that shows and steers the workflows of the application, and the JSON API beneath it. Import it once beside `RomancyModule`.
 *
 * @example
 * ```ts
 * @Module({
 *   imports: [
 *     RomancyModule.forRoot({ database: 'workflow.db' }),
 *     RomancyViewerModule.forRoot({ path: 'romancy', guards: [OperatorGuard] }),
 *   ],
 *   providers: [OrderWorkflow],
 * })
 * export class AppModule {}
 * ```
 */
@Module({ providers: [ActionGate, OriginGate, PageFiles, StartableWorkflows, UnguardedPage] })
export class RomancyViewerModule extends ConfigurableModuleClass {
  /**
   * Configures the module with options that are known when the application is declared.
   *
   * @example
   * ```ts
   * RomancyViewerModule.forRoot({ path: 'ops/workflows', readOnly: true })
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
   * RomancyViewerModule.forRootAsync({
   *   inject: [ConfigService],
   *   useFactory: (config: ConfigService) => ({ readOnly: config.get('STAGE') === 'production' }),
   *   guards: [OperatorGuard],
   * })
   * ```
   */
  static override forRootAsync(options: typeof ASYNC_OPTIONS_TYPE): DynamicModule {
    return super.forRootAsync(options);
  }
}
