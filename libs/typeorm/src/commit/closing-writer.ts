import type { CommitEntry, EntryVerdict } from '@romancy/core';
import type { SqlProgram } from '../sql/program.js';
import type { SqlStatement } from '../sql/statement.js';

/** Writes an entry into a transaction whose commit is already on its way: where the entry is refused there must be an error. */
export interface ClosingWriter {
  /** Undefined where it takes more than one statement. */
  statementOf(entry: CommitEntry): SqlStatement | undefined;
  /** Whether this error of the statement means that the fence does not hold. */
  isRefusal(error: unknown): boolean;
  /** Says why, after the roll-back. */
  refusal(entry: CommitEntry): SqlProgram<EntryVerdict>;
}
