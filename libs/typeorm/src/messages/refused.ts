import type { EntryVerdict } from '@romancy/core';

export type Refusal = Extract<EntryVerdict, { readonly kind: 'refused' }>;

/** Ends a transaction whose entry may not be written, so that nothing else of it is. */
export class Refused extends Error {
  constructor(readonly verdict: Refusal) {
    super('The entry was refused.');
  }
}

/** Ends a transaction because the caller's own code threw, which is no error of the database. */
class RecordFailed extends Error {}

/** Calls what makes the entry. */
export function recorded<T>(record: () => T): T {
  try {
    return record();
  } catch (error) {
    throw new RecordFailed('The entry could not be made.', { cause: error });
  }
}

/** The answer of a transaction that such an entry may have ended. */
export async function orRefusal<T>(work: Promise<T>): Promise<T | Refusal> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Refused) return error.verdict;
    if (error instanceof RecordFailed) throw error.cause;
    throw error;
  }
}

/** Passes on what was written, and ends the transaction where it was refused. */
export function assertWritten(verdict: EntryVerdict | undefined): void {
  if (verdict?.kind === 'refused') throw new Refused(verdict);
}
