import { Engine, type EngineApi, type EngineOptions, type Storage } from '@romancy/core';
import { TypeOrmStorage, type TypeOrmStorageOptions } from '@romancy/typeorm';

/** Provider behind `ROMANCY_STORAGE_FACTORY`: gets the module's options, with the DataSource resolved. */
export type StorageFactory = (options: TypeOrmStorageOptions) => Storage;

/** Provider behind `ROMANCY_ENGINE_FACTORY`. */
export type EngineFactory = (options: EngineOptions) => EngineApi;

export const createStorage: StorageFactory = (options) => new TypeOrmStorage(options);

export const createEngine: EngineFactory = (options) => new Engine(options);
