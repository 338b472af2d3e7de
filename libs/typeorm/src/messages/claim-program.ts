import type { ClaimReport, CommitEntry, MessageRow } from '@romancy/core';
import type { EntryWriter } from '../commit/entry-writer.js';
import type { Dialect } from '../dialect/dialect.js';
import type { SqlProgram } from '../sql/program.js';
import { sqlErrorKind } from '../sql/sql-errors.js';
import { assertWritten, recorded, Refused } from './refused.js';
import { takeOldest } from './take-oldest.js';

/** Takes a message and writes the entry that it makes, or neither. */
export function* claimMessage(
  dialect: Dialect,
  writer: EntryWriter,
  channel: string,
  record: (message: MessageRow) => CommitEntry,
): SqlProgram<ClaimReport> {
  let entry: CommitEntry | undefined;
  const message = yield* orLost(
    takeOldest(dialect, channel, (candidate) => {
      entry = recorded(() => record(candidate));
      return entry.instanceId;
    }),
  );
  if (message === undefined || entry === undefined) return { kind: 'none' };
  const [verdict] = yield* writer.program([entry]);
  assertWritten(verdict);
  return { kind: 'claimed', message };
}

/** A claim refers to its instance, so it fails before the fence can tell that there is none. */
function* orLost<T>(program: SqlProgram<T>): SqlProgram<T> {
  try {
    return yield* program;
  } catch (error) {
    if (sqlErrorKind(error) !== 'definition') throw error;
    throw new Refused({ kind: 'refused', reason: 'lost', row: undefined });
  }
}
