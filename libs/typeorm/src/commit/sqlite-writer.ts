import type { CommitEntry, EntryVerdict } from '@romancy/core';
import type { WriteKind } from '../connection/backend.js';
import { sqliteDialect as dialect } from '../dialect/sqlite.dialect.js';
import { readInstances } from '../sql/instance-sql.js';
import { run, runOne, type SqlProgram } from '../sql/program.js';
import { sql, type SqlStatement } from '../sql/statement.js';
import { changesInstance, CLEANED_TABLES, isHistoryAlone } from './entry-shape.js';
import type { EntryWriter } from './entry-writer.js';
import { fenceOf, refusalOf } from './fence.js';
import { HistoryInsert } from './history-insert.js';
import { hasMessagingRows } from './messaging-rows.js';
import { MessagingStatements } from './messaging-statements.js';
import { SqliteMessages } from './messages/sqlite-messages.js';
import { beforeRecur, recur } from './recur.js';
import { cleanUps, instanceUpdate, removals } from './row-changes.js';
import { SideInserts } from './side-inserts.js';
import { StartInserts } from './start-inserts.js';

const DONE: EntryVerdict = { kind: 'done' };
const LEFTOVERS = `SELECT ${CLEANED_TABLES.map((table) => `EXISTS (SELECT 1 FROM ${table} WHERE instance_id = ?)`).join(' OR ')} AS found`;

/**
 * SQLite: entry after entry, a row to a statement, each text prepared once. There are no round trips to save, and nobody else writes meanwhile;
 * what counts is how few statements there are. So the fence is part of the first one that an entry needs anyway.
 */
export class SqliteWriter implements EntryWriter {
  readonly messages = new SqliteMessages();
  readonly #messaging = new MessagingStatements(dialect);
  readonly #starts = new StartInserts(dialect);
  readonly #history = new HistoryInsert(dialect);
  readonly #side = new SideInserts(dialect);

  kindOf(): WriteKind {
    return 'transaction';
  }

  *program(entries: readonly CommitEntry[]): SqlProgram<readonly EntryVerdict[]> {
    const verdicts: EntryVerdict[] = [];
    let alone: SqlStatement[] = [];
    for (const entry of entries) {
      const only = this.#only(entry);
      if (only !== undefined) alone.push(only);
      else {
        yield* told(entries, alone, verdicts);
        alone = [];
        verdicts.push(yield* this.#write(entry));
      }
    }
    yield* told(entries, alone, verdicts);
    return verdicts;
  }

  /** The statement that is all there is to most entries: a start, or the row of a step. */
  #only(entry: CommitEntry): SqlStatement | undefined {
    if (entry.create !== null) return this.#starts.one(entry.create);
    const [row] = entry.history;
    if (row === undefined || entry.history.length > 1 || !isHistoryAlone(entry) || hasMessagingRows(entry))
      return undefined;
    return this.#history.fenced(entry.instanceId, row, fenceOf(entry));
  }

  *#write(entry: CommitEntry): SqlProgram<EntryVerdict> {
    const { first, rest } = this.#statements(beforeRecur(entry));
    const { affected, rows } = yield* runOne(first);
    if (affected === 0 && rows.length === 0) return yield* undone(entry);
    yield* run(rest);
    if (entry.recur !== null) yield* recur(dialect, entry, this.#starts, this.#messaging);
    else if (entry.cleanUp) yield* cleanUp(entry.instanceId);
    yield* this.messages.write(entry.messages);
    return DONE;
  }

  /** The statement that does nothing where the fence does not hold, and those that follow where it does. */
  #statements(entry: CommitEntry): { readonly first: SqlStatement; readonly rest: readonly SqlStatement[] } {
    const { instanceId, history } = entry;
    const fence = fenceOf(entry);
    const others = [...this.#side.of([entry]), ...this.#messaging.of([entry]), ...removals(dialect, [entry])];
    if (changesInstance(entry)) {
      return {
        first: instanceUpdate(dialect, entry, fence),
        rest: [...this.#history.rows(instanceId, history), ...others],
      };
    }
    const [step, ...steps] = history;
    if (step === undefined)
      return { first: sql(`SELECT 1 AS held FROM workflow_instances WHERE ${fence.text}`, fence.params), rest: others };
    return {
      first: this.#history.fenced(instanceId, step, fence),
      rest: [...this.#history.rows(instanceId, steps), ...others],
    };
  }
}

/** Writes the entries after the last one that has a verdict, a statement for each. */
function* told(
  entries: readonly CommitEntry[],
  statements: readonly SqlStatement[],
  verdicts: EntryVerdict[],
): SqlProgram<void> {
  for (const { affected } of yield* run(statements)) {
    const entry = entries[verdicts.length];
    if (entry) verdicts.push(affected === 1 ? DONE : yield* undone(entry));
  }
}

/** Most instances end with nothing to be cleaned up: one look is cheaper than a deletion in every table. */
function* cleanUp(instanceId: string): SqlProgram<void> {
  const { rows } = yield* runOne(
    sql(
      LEFTOVERS,
      CLEANED_TABLES.map(() => instanceId),
    ),
  );
  if (rows[0]?.['found'] === 1) yield* run(cleanUps(dialect, [instanceId]));
}

function* undone(entry: CommitEntry): SqlProgram<EntryVerdict> {
  const row = (yield* readInstances(dialect, [entry.instanceId])).get(entry.instanceId);
  if (entry.create !== null && row !== undefined) return { kind: 'exists', row };
  return { kind: 'refused', reason: refusalOf(row, entry) ?? 'lost', row };
}
