import { Engine, type EngineApi, type EngineOptions, type Storage } from '@romancy/core';
import { TypeOrmStorage } from '@romancy/typeorm';
import type { DataSource } from 'typeorm';
import type { MigrationMode } from '../interfaces/module-options.interface.js';

/** What a storage is made from: a database of its own, or the application's DataSource, resolved. */
export type StorageRequest = { readonly migrations?: MigrationMode } & (
  { readonly database: string } | { readonly dataSource: DataSource }
);

/** Provider behind `ROMANCY_STORAGE_FACTORY`. */
export type StorageFactory = (request: StorageRequest) => Storage;

/** Provider behind `ROMANCY_ENGINE_FACTORY`. */
export type EngineFactory = (options: EngineOptions) => EngineApi;

export const createStorage: StorageFactory = (request) => new TypeOrmStorage(request);

export const createEngine: EngineFactory = (options) => new Engine(options);
