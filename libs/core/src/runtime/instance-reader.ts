import type { InstanceRow, InstanceStore } from '../ports/instance.js';
import { Gatherer } from './gatherer.js';

interface Found {
  readonly row: InstanceRow | undefined;
}

/** Reads single instances for many callers together. */
export class InstanceReader {
  readonly #reads: Gatherer<string, Found>;

  constructor(store: Pick<InstanceStore, 'getMany'>) {
    this.#reads = new Gatherer<string, Found>(async (instanceIds) => {
      const rows = await store.getMany([...new Set(instanceIds)]);
      const known = new Map(rows.map((row) => [row.instanceId, row]));
      return instanceIds.map((instanceId) => ({ row: known.get(instanceId) }));
    }, Infinity);
  }

  /** The instance as it is after the call; undefined where there is none. */
  async read(instanceId: string): Promise<InstanceRow | undefined> {
    return (await this.#reads.ask(instanceId)).row;
  }
}
