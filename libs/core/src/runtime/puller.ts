import type { MessageRow, MessageStore, PendingRequest } from '../ports/message.js';
import { Gatherer } from './gatherer.js';

const LARGEST_BATCH = 250;

type Lists = readonly (readonly MessageRow[])[];

/** Looks for messages, for all turns of a process together. */
export class Puller {
  readonly #pulls: Gatherer<readonly PendingRequest[], Lists>;

  constructor(store: MessageStore) {
    this.#pulls = new Gatherer<readonly PendingRequest[], Lists>(async (pulls) => {
      const lists = await store.pending(pulls.flat());
      let from = 0;
      return pulls.map(({ length }) => lists.slice(from, (from += length)));
    }, LARGEST_BATCH);
  }

  /** One list for each request. */
  pull(requests: readonly PendingRequest[]): Promise<Lists> {
    return this.#pulls.ask(requests);
  }
}
