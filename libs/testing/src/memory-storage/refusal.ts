import type { CommitEntry, EntryVerdict } from '@romancy/core';
import { writeEntries } from './entry-writer.js';
import type { MemoryDatabase } from './memory-database.js';
import type { UndoLog } from './undo-log.js';

type Refused = Extract<EntryVerdict, { readonly kind: 'refused' }>;

/** Carries a verdict out of a transaction, so that everything is rolled back with the entry. */
export class Refusal extends Error {
  constructor(readonly verdict: Exclude<EntryVerdict, { readonly kind: 'done' }>) {
    super(verdict.kind);
  }
}

/** Writes the entries, and throws a {@link Refusal} where one of them is not done. */
export function writeOrRefuse(database: MemoryDatabase, entries: readonly CommitEntry[], undo: UndoLog): void {
  for (const verdict of writeEntries(database, entries, undo)) if (verdict.kind !== 'done') throw new Refusal(verdict);
}

/** Runs `work` as one transaction, and answers the refusal that it was rolled back for. */
export function atomicallyOrRefused<T>(database: MemoryDatabase, work: (undo: UndoLog) => T): T | Refused {
  try {
    return database.atomically(work);
  } catch (error) {
    if (error instanceof Refusal && error.verdict.kind === 'refused') return error.verdict;
    throw error;
  }
}
