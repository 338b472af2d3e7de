import type { InjectionToken } from '@nestjs/common';
import type { EngineSettings } from '@romancy/core';
import type { StorageSettings } from '@romancy/typeorm';
import type { DataSource, DataSourceOptions } from 'typeorm';
import type { RomancyHttpOptions } from './http-options.interface.js';
import type { RomancyOutboxOptions } from './outbox-options.interface.js';

interface CommonOptions extends EngineSettings {
  /**
   * `'apply'` (default): bring the schema up to date under a lock. `'verify'`: refuse to start when it is not. `'off'`: do
   * not look.
   */
  readonly migrations?: NonNullable<StorageSettings['migrations']>;
  /** Sends emitted events. Default: they are only written. */
  readonly outbox?: RomancyOutboxOptions;
  /** Settings of the storage: sizes of its pools, the SQLite driver and how it writes. Each has a default. */
  readonly storage?: Omit<StorageSettings, 'migrations' | 'logger'>;
}

interface OwnDatabase extends CommonOptions {
  /**
   * A database that Romancy connects to by itself: a file name (SQLite) or a URL (`sqlite:///rel.db`,
   * `sqlite:////abs/file.db`, `sqlite::memory:`, `postgres://`, `postgresql://`, `mysql://`, `mariadb://`), or TypeORM's
   * options.
   */
  readonly database: string | DataSourceOptions;
  readonly dataSource?: undefined;
}

interface SharedDataSource extends CommonOptions {
  /**
   * The application's own DataSource, whose entities then share transactions with the history: its name in
   * `TypeOrmModule` (`'default'` for the unnamed one), its injection token, or the object itself.
   */
  readonly dataSource: InjectionToken | DataSource;
  readonly database?: undefined;
}

/**
 * Options of {@link RomancyModule.forRoot}: where the database is (`database` or `dataSource`, one of them), and settings of
 * the engine.
 *
 * @example
 * ```ts
 * const options: RomancyModuleOptions = { database: 'workflow.db', serviceName: 'orders', defaultRetry: { maxAttempts: 3 } };
 * ```
 */
export type RomancyModuleOptions = OwnDatabase | SharedDataSource;

/**
 * Provides the options where {@link RomancyModule.forRootAsync} is given `useClass` or `useExisting`.
 *
 * @example
 * ```ts
 * @Injectable()
 * export class RomancyConfig implements RomancyOptionsFactory {
 *   constructor(private readonly config: ConfigService) {}
 *   createRomancyOptions(): RomancyModuleOptions {
 *     return { database: this.config.getOrThrow('DATABASE_URL') };
 *   }
 * }
 * ```
 */
export interface RomancyOptionsFactory {
  createRomancyOptions(): RomancyModuleOptions | Promise<RomancyModuleOptions>;
}

/** Options beside those of the engine. */
export interface RomancyModuleExtras {
  /** HTTP routes; false for none. Default: events and health. */
  readonly http?: RomancyHttpOptions | false | undefined;
}
