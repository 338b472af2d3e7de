import { runOne, type SqlProgram } from '../sql/program.js';
import { sql } from '../sql/statement.js';

/** A range of stored waits by the ids of their instances: behind `after`, up to `last` (null: to the end). */
export interface WaitRange {
  readonly after: string;
  readonly last: string | null;
  /** The range as a condition on the waits `w`; bind {@link params}. */
  readonly condition: string;
  readonly params: readonly string[];
}

/**
 * The next range of about so many waits, all of an instance together; undefined if there is none. Two steps along the primary key tell its ends.
 */
export function* nextWaits(after: string, upTo: string | null, size: number): SqlProgram<WaitRange | undefined> {
  const range = rangeOf(after, upTo);
  const place = (offset: number): string =>
    `SELECT w.instance_id FROM romancy_waits w WHERE ${range.condition} ORDER BY w.instance_id LIMIT 1 OFFSET ${offset}`;
  const { rows } = yield* runOne(
    sql(`SELECT (${place(0)}) AS first, (${place(size - 1)}) AS last`, [...range.params, ...range.params]),
  );
  if ((rows[0]?.['first'] ?? null) === null) return undefined;
  return rangeOf(after, (rows[0]?.['last'] as string | null | undefined) ?? upTo);
}

function rangeOf(after: string, last: string | null): WaitRange {
  return last === null
    ? { after, last, condition: 'w.instance_id > ?', params: [after] }
    : { after, last, condition: 'w.instance_id > ? AND w.instance_id <= ?', params: [after, last] };
}
