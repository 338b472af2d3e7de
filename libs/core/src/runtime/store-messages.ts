import { CommitUnknownError } from '../errors/storage-errors.js';
import type { NewInstance } from '../ports/instance.js';
import type { MessageStore, StoreReport } from '../ports/message.js';
import type { NewMessage } from '../ports/new-message.js';
import { pastConflicts } from './past-conflicts.js';

const TRIES = 3;

export interface StoredMessages {
  readonly report: StoreReport;
  /** An earlier try may have written everything: then nothing is new in the report, and nobody has been told of it. */
  readonly uncertain: boolean;
}

/** Stores messages and instances. After a commit of which nobody knows it is done again: ids make that change nothing (E9b). */
export async function storeMessages(
  store: MessageStore,
  messages: readonly NewMessage[],
  starts: readonly NewInstance[],
): Promise<StoredMessages> {
  for (let tries = 1; ; tries += 1) {
    try {
      return { report: await pastConflicts(() => store.store(messages, starts)), uncertain: tries > 1 };
    } catch (error) {
      if (!(error instanceof CommitUnknownError) || tries >= TRIES) throw error;
    }
  }
}
