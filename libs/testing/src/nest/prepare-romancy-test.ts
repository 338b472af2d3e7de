import type { TestingModuleBuilder } from '@nestjs/testing';
import { Engine, type EngineOptions, type Storage } from '@romancy/core';
import { ROMANCY_CLOCK, ROMANCY_ENGINE_FACTORY, ROMANCY_STORAGE_FACTORY, type StorageFactory } from '@romancy/nestjs';
import { TypeOrmStorage, type TypeOrmStorageOptions } from '@romancy/typeorm';
import { VirtualClock, type VirtualClockOptions } from '../virtual-clock.js';

export interface RomancyTestOptions extends VirtualClockOptions {
  /**
   * Database of the test. Default: an SQLite database in memory where the application names a file or URL; an application that shares its own
   * DataSource keeps it, so point that one to a test database.
   */
  readonly database?: TypeOrmStorageOptions['database'];
  /** Another storage instead, for example a `MemoryStorage` for activities that use no database. */
  readonly storage?: Storage;
}

/** Far enough for every timer to be found at once: a virtual clock jumps over the scans in between. */
const AHEAD = '3650d';

/**
 * Puts a virtual clock and a test database under an application; everything else of the builder works as ever.
 *
 * ```ts
 * const module = await prepareRomancyTest(Test.createTestingModule({ imports: [AppModule] }))
 *   .overrideProvider(PaymentGateway).useValue(gateway)
 *   .compile();
 * const romancy = await startRomancyTest(module);
 * ```
 */
export function prepareRomancyTest(
  builder: TestingModuleBuilder,
  options: RomancyTestOptions = {},
): TestingModuleBuilder {
  return builder
    .overrideProvider(ROMANCY_CLOCK)
    .useValue(new VirtualClock(options))
    .overrideProvider(ROMANCY_STORAGE_FACTORY)
    .useValue(storageFactory(options))
    .overrideProvider(ROMANCY_ENGINE_FACTORY)
    .useValue((engine: EngineOptions) => new Engine({ ...engine, timerInterval: AHEAD }));
}

function storageFactory({ database, storage }: RomancyTestOptions): StorageFactory {
  return (configured) => {
    if (storage !== undefined) return storage;
    const { database: own, dataSource: shared, ...settings } = configured;
    const wanted = database ?? (typeof own === 'string' ? 'sqlite::memory:' : own);
    if (wanted !== undefined) return new TypeOrmStorage({ ...settings, database: wanted });
    if (shared === undefined) throw new TypeError('RomancyModule names neither a database nor a DataSource.');
    return new TypeOrmStorage({ ...settings, dataSource: shared });
  };
}
