import type { MessageRow, MessageStore, PendingRequest } from '../ports/message.js';
import { runInScope } from '../scope/scope.js';
import { withResolvers } from './with-resolvers.js';

interface Pull {
  readonly requests: readonly PendingRequest[];
  readonly resolve: (lists: readonly (readonly MessageRow[])[]) => void;
  readonly reject: (error: unknown) => void;
}

const LARGEST_BATCH = 500;

/** Looks for messages, for all turns of a process together: while one query is under way, the next ones gather. */
export class Puller {
  #waiting: Pull[] = [];
  #busy = false;

  constructor(private readonly store: MessageStore) {}

  /** One list for each request. */
  pull(requests: readonly PendingRequest[]): Promise<readonly (readonly MessageRow[])[]> {
    const { promise, resolve, reject } = withResolvers<readonly (readonly MessageRow[])[]>();
    this.#waiting.push({ requests, resolve, reject });
    if (!this.#busy) {
      this.#busy = true;
      void runInScope(undefined, () => this.#run());
    }
    return promise;
  }

  async #run(): Promise<void> {
    // What other turns ask for in this turn of the event loop travels along.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch: Pull[] = [];
      for (let size = 0; size < LARGEST_BATCH;) {
        const pull = this.#waiting.shift();
        if (!pull) break;
        batch.push(pull);
        size += pull.requests.length;
      }
      try {
        const lists = await this.store.pending(batch.flatMap(({ requests }) => requests));
        let from = 0;
        for (const { requests, resolve } of batch) resolve(lists.slice(from, (from += requests.length)));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#busy = false;
  }
}
