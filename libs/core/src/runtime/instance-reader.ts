import type { InstanceRow, InstanceStore } from '../ports/instance.js';
import { runInScope } from '../scope/scope.js';
import { withResolvers, type Resolvers } from './with-resolvers.js';

type Answer = Resolvers<InstanceRow | undefined>;

/** Reads single instances for many callers together: while one query is under way, the next ones gather. */
export class InstanceReader {
  #waiting = new Map<string, Answer>();
  #busy = false;

  constructor(private readonly store: Pick<InstanceStore, 'getMany'>) {}

  /** The instance as it is after the call; undefined where there is none. */
  read(instanceId: string): Promise<InstanceRow | undefined> {
    const answer = this.#waiting.get(instanceId) ?? withResolvers<InstanceRow | undefined>();
    this.#waiting.set(instanceId, answer);
    if (!this.#busy) {
      this.#busy = true;
      void runInScope(undefined, () => this.#run());
    }
    return answer.promise;
  }

  async #run(): Promise<void> {
    // What others ask for in this turn of the event loop travels along.
    await Promise.resolve();
    while (this.#waiting.size > 0) {
      const asked = this.#waiting;
      this.#waiting = new Map();
      try {
        const rows = new Map((await this.store.getMany([...asked.keys()])).map((row) => [row.instanceId, row]));
        for (const [instanceId, { resolve }] of asked) resolve(rows.get(instanceId));
      } catch (error) {
        for (const { reject } of asked.values()) reject(error);
      }
    }
    this.#busy = false;
  }
}
