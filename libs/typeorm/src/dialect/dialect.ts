import type { StorageLimits } from '@romancy/core';
import type { SqlValue } from '../sql/statement.js';

export type DialectName = 'sqlite' | 'postgres' | 'mysql' | 'mariadb';

/** What differs between the databases: flags and fragments of SQL. Everything else is written once, with `?` placeholders. */
export interface Dialect {
  readonly name: DialectName;
  readonly limits: StorageLimits;
  /** Largest text that the server takes, values included; null where that is no concern. */
  readonly maxTextBytes: number | null;
  /** Text as the driver wants it. */
  text(sql: string): string;

  /** The shared timestamp columns hold no fractions of a second. */
  readonly wholeSeconds: boolean;
  /** Now by the database's clock, as a value of the shared timestamp columns. */
  readonly now: string;
  /** Now by the database's clock in milliseconds. */
  readonly nowMs: string;
  /** Now plus `?` milliseconds, as a value of the shared timestamp columns, never earlier. Bind {@link lease}. */
  readonly nowPlus: string;
  lease(milliseconds: number): SqlValue;
  /** A point in time as a value of the shared timestamp columns. Bind {@link time} or {@link timeUp}. */
  readonly timestamp: string;
  time(milliseconds: number): SqlValue;
  /** As {@link time}, rounded up to what the column can hold. */
  timeUp(milliseconds: number): SqlValue;
  /** Milliseconds of a shared timestamp column, whatever the session's time zone. */
  toMs(column: string): string;
  /** An increasing `created_at` for the rows of one commit. Bind {@link sequence}. */
  readonly nowInSequence: string;
  sequence(index: number): SqlValue;

  /** The process id part of a lease token. */
  holder(column: string): string;

  /**
   * Several servers take writes, and compare at the commit what was changed: a lock is known to one of them alone. Where others must come after
   * us, the row is changed as well.
   */
  readonly comparesWrites: boolean;
  /** Locks the rows that a SELECT finds. */
  readonly forUpdate: string;
  readonly forUpdateSkipLocked: string;
  /** Rows of one INSERT, ids of one IN list. */
  readonly rowsPerStatement: number;
  /** Suffix of an INSERT that leaves an existing row alone. `column` is any column of the table. */
  orKeep(column: string): string;
  /** Whether the number of affected rows tells if such an INSERT has inserted. */
  readonly tellsKept: boolean;
  /** Suffix of an INSERT that overwrites these columns of an existing row with that key. */
  orReplace(key: readonly string[], columns: readonly string[]): string;
  /** The column has exactly this value, case and accents included. */
  exactly(column: string, value: string): SqlCondition;
  /** Suffix of a table that makes its rows be found through this index, where the planner needs to be told. */
  throughIndex(index: string): string;
  /** Joins the rows of a table that belong to the rows found so far, looking each of them up. */
  lookUp(table: string, alias: string, condition: string): string;
  /** Takes the row of `alias` for itself, also against new references to it; leaves out those that somebody else has taken. */
  takeRow(alias: string): string;
  /** Deleting a row also deletes what refers to it. */
  readonly cascades: boolean;
  /** So many seconds before now, as a value of the shared timestamp columns. */
  secondsAgo(seconds: number): string;
  /** As {@link toMs}, for a column that siblings cut to whole seconds: the last millisecond that it may stand for. */
  latestMs(column: string): string;
  /** So many characters at the end of a text. */
  tail(column: string, length: number): string;
  /** How many characters a text has. */
  characters(column: string): string;
  /** How many bytes a binary value has. */
  bytes(column: string): string;
  /** `?` is contained in the column, whatever the case. */
  contains(column: string): string;
  /** The value at a path (`a.b`) inside the JSON text of a column equals a value, type included. */
  jsonEquals(column: string, path: string, value: string | number | boolean | null): SqlCondition;
}

/** A condition with its values. */
export interface SqlCondition {
  readonly sql: string;
  readonly params: readonly SqlValue[];
}
