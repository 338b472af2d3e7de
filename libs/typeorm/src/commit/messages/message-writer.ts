import type { NewMessage } from '@romancy/core';
import type { SqlProgram } from '../../sql/program.js';
import type { SqlStatement } from '../../sql/statement.js';

/**
 * Puts messages into channels. Ids of a channel must be committed in their order, or a reader would move past one that is still to come: so
 * the channels are locked, the ids taken afterwards, and the commit has to follow at once.
 */
export interface MessageWriter {
  /** Waits for the lock of a channel, which ends with the transaction. */
  lock(channel: string): readonly SqlStatement[];
  /** Inserts the messages that do not exist. `last`: nothing but the commit follows. */
  write(messages: readonly NewMessage[], last: boolean): SqlProgram<void>;
  /** As {@link write}; answers the ids of the messages that were new. */
  store(messages: readonly NewMessage[]): SqlProgram<readonly string[]>;
}
