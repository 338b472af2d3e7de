import type { CommitEntry } from '@romancy/core';
import type { SqlValue } from '../../sql/statement.js';

/** An entry that changes an instance, with its place in the list of those that are locked. */
export interface Unit {
  readonly entry: CommitEntry;
  /** From 1. Rows refer to their instance by it. */
  readonly place: number;
}

/** What one statement writes. */
export interface CteGroup {
  /** Entries that create an instance. */
  readonly starts: readonly CommitEntry[];
  /** Entries that change one, in the order of the group. */
  readonly units: readonly Unit[];
  /** Those of them that change rows beside history and instance. */
  readonly beside: readonly Unit[];
  /** Those of them that change subscriptions, waits or groups. */
  readonly talking: readonly Unit[];
}

export type CteRow = readonly SqlValue[];

/** One table's share of the statement. */
export interface CtePart {
  /** Columns of its rows, with their types. */
  readonly columns: Readonly<Record<string, string>>;
  rows(group: CteGroup): readonly CteRow[];
  /** Common table expressions over `source`, which has these columns and `n`, the row's number. */
  text(source: string): string;
}

export const NOW = `(statement_timestamp() AT TIME ZONE 'UTC')`;

/** A stored point in time from milliseconds, whatever the session's zone. */
export function timestampOf(milliseconds: string): string {
  return `timestamp 'epoch' + ${milliseconds} * interval '1 millisecond'`;
}
