import { Injectable } from '@nestjs/common';
import { EngineStateError, type EngineApi, type Storage } from '@romancy/core';
import { TypeOrmStorage } from '@romancy/typeorm';
import type { DataSource } from 'typeorm';

interface Attached {
  readonly engine: EngineApi;
  readonly storage: Storage;
}

const attached = new WeakMap<EngineHost, Attached>();

/**
 * Holds the engine of the application, for what `WorkflowClient` does not offer. It exists from the application's bootstrap
 * on; the module's own hook runs before those of other modules, so `onApplicationBootstrap` of a provider may use it,
 * `onModuleInit` may not.
 *
 * @example
 * ```ts
 * constructor(private readonly host: EngineHost) {}
 * const block = await this.host.engine.block('order-17');
 * ```
 */
@Injectable()
export class EngineHost {
  /**
   * The engine that runs the workflows of this application.
   * @throws EngineStateError before the application's bootstrap.
   */
  get engine(): EngineApi {
    return attachedTo(this).engine;
  }

  /** As {@link engine}, but undefined where that throws. */
  get engineIfStarted(): EngineApi | undefined {
    return attached.get(this)?.engine;
  }

  /**
   * The storage that the engine works on.
   * @throws EngineStateError before the application's bootstrap.
   */
  get storage(): Storage {
    return attachedTo(this).storage;
  }

  /**
   * The DataSource that activities write through: the application's own, or the one that was made from `database`.
   * @throws EngineStateError before the application's bootstrap, and on a storage without TypeORM.
   */
  get dataSource(): DataSource {
    const { storage } = this;
    if (storage instanceof TypeOrmStorage) return storage.dataSource;
    throw new EngineStateError('use a DataSource', 'on a storage without TypeORM');
  }
}

/** Called once by the module; not a method, because it is nobody else's. */
export function attachEngine(host: EngineHost, engine: EngineApi, storage: Storage): void {
  attached.set(host, { engine, storage });
}

function attachedTo(host: EngineHost): Attached {
  const parts = attached.get(host);
  if (!parts) throw new EngineStateError('use Romancy', 'not started');
  return parts;
}
