import { emptyEntry, type NewInstance, type NewMessage, type StoreReport } from '@romancy/core';
import type { EntryWriter } from '../commit/entry-writer.js';
import type { SqlProgram } from '../sql/program.js';

/** Starts instances, and then publishes. */
export function* storeMessages(
  writer: EntryWriter,
  messages: readonly NewMessage[],
  starts: readonly NewInstance[],
): SqlProgram<StoreReport> {
  // In one order, so that two who start the same do not wait for each other.
  const ordered = [...starts].sort((a, b) => (a.instanceId < b.instanceId ? -1 : 1));
  const verdicts =
    ordered.length === 0
      ? []
      : yield* writer.program(
          ordered.map((create) => ({ ...emptyEntry(create.instanceId, create.lock?.token ?? ''), create })),
        );
  const stored = yield* writer.messages.store(messages);
  return {
    stored,
    started: ordered.filter((_, index) => verdicts[index]?.kind === 'done').map(({ instanceId }) => instanceId),
  };
}
