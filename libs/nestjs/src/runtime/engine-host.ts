import { Injectable } from '@nestjs/common';
import { EngineStateError, type EngineApi, type Storage } from '@romancy/core';
import { TypeOrmStorage } from '@romancy/typeorm';
import type { DataSource } from 'typeorm';

/**
 * Holds the engine of the application. It exists from the application's bootstrap on; the module's own hook runs before those of other
 * modules, so `onApplicationBootstrap` of a provider may use it, `onModuleInit` may not.
 *
 * @example
 * ```ts
 * constructor(private readonly host: EngineHost) {}
 * const block = await this.host.engine.block('order-17');
 * ```
 */
@Injectable()
export class EngineHost {
  #engine: EngineApi | undefined;
  #storage: Storage | undefined;

  /**
   * The engine that runs the workflows of this application.
   * @throws EngineStateError before the application's bootstrap.
   */
  get engine(): EngineApi {
    if (!this.#engine) throw new EngineStateError('use Romancy', 'not started');
    return this.#engine;
  }

  /** As {@link engine}, undefined where that throws. */
  get engineIfStarted(): EngineApi | undefined {
    return this.#engine;
  }

  /**
   * The storage that the engine works on.
   * @throws EngineStateError before the application's bootstrap.
   */
  get storage(): Storage {
    if (!this.#storage) throw new EngineStateError('use Romancy', 'not started');
    return this.#storage;
  }

  /**
   * The DataSource that activities write through: the application's own, or the one that was made from `database`.
   * @throws EngineStateError before the application's bootstrap.
   */
  get dataSource(): DataSource {
    const { storage } = this;
    if (storage instanceof TypeOrmStorage) return storage.dataSource;
    throw new EngineStateError('use a DataSource', 'on a storage without TypeORM');
  }

  /** Called once by the module. */
  attach(engine: EngineApi, storage: Storage): void {
    this.#engine = engine;
    this.#storage = storage;
  }
}
