import type { CommitEntry, EntryVerdict } from '@romancy/core';
import type { WriteKind } from '../connection/backend.js';
import type { SqlProgram } from '../sql/program.js';
import type { ClosingWriter } from './closing-writer.js';
import type { MessageWriter } from './messages/message-writer.js';

/** Writes groups of entries, the way that suits the database. */
export interface EntryWriter {
  /** Publishes what no entry carries. */
  readonly messages: MessageWriter;
  /** Only where statements and the commit can travel together. */
  readonly closing?: ClosingWriter;
  /** What the program for this group needs to be run as. */
  kindOf(entries: readonly CommitEntry[]): WriteKind;
  /** One verdict for each entry, in order. Fails with nothing written if it is run as {@link kindOf} says, or in an open transaction. */
  program(entries: readonly CommitEntry[]): SqlProgram<readonly EntryVerdict[]>;
}
