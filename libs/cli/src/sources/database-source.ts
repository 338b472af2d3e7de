import { Inspector, type InstanceStatus, type Storage } from '@romancy/core';
import type { ListFilter, Source } from './source.js';

export class DatabaseSource implements Source {
  readonly #inspector: Inspector;

  constructor(private readonly storage: Storage) {
    this.#inspector = new Inspector(storage);
  }

  list({ status, ...filter }: ListFilter): ReturnType<Source['list']> {
    return this.#inspector.list(
      status === undefined ? filter : { ...filter, status: status as readonly InstanceStatus[] },
    );
  }

  get(instanceId: string): ReturnType<Source['get']> {
    return this.#inspector.get(instanceId);
  }

  history(
    instanceId: string,
    page: { readonly afterId: number; readonly limit: number },
  ): ReturnType<Source['history']> {
    return this.#inspector.history(instanceId, page);
  }

  overview(): ReturnType<Source['overview']> {
    return this.#inspector.overview();
  }

  close(): Promise<void> {
    return this.storage.close();
  }
}
