import type { CommitEntry, EntryVerdict, InstanceRow } from '@romancy/core';
import type { WriteKind } from '../../connection/backend.js';
import { postgresDialect } from '../../dialect/postgres.dialect.js';
import { readInstances } from '../../sql/instance-sql.js';
import { runOne, type SqlProgram } from '../../sql/program.js';
import { hasSideRows, needsTransaction, wavesOf } from '../entry-shape.js';
import type { ClosingWriter } from '../closing-writer.js';
import type { EntryWriter } from '../entry-writer.js';
import { refusalOf } from '../fence.js';
import { hasMessagingRows } from '../messaging-rows.js';
import { MessagingStatements } from '../messaging-statements.js';
import { PostgresMessages } from '../messages/postgres-messages.js';
import { beforeRecur, recur } from '../recur.js';
import { StartInserts } from '../start-inserts.js';
import { closingStatement, cteStatement, FENCE_TEXT } from './cte-statement.js';
import type { CteGroup, Unit } from './cte-part.js';

/** PostgreSQL: a group is one statement, which commits by itself. Round trips and not rows are what costs. */
export class CteWriter implements EntryWriter {
  readonly messages: PostgresMessages;
  readonly closing: ClosingWriter = {
    statementOf: (entry) =>
      needsTransaction(entry) || entry.create !== null
        ? undefined
        : closingStatement(groupOf([], [{ entry, place: 1 }])),
    isRefusal: (error) => error instanceof Error && error.message.includes(FENCE_TEXT),
    *refusal(entry) {
      const found = yield* readInstances(postgresDialect, [entry.instanceId]);
      return undoneVerdict(entry, found.get(entry.instanceId));
    },
  };
  readonly #starts = new StartInserts(postgresDialect);
  readonly #messaging = new MessagingStatements(postgresDialect);

  constructor(notifies: boolean) {
    this.messages = new PostgresMessages(notifies);
  }

  kindOf(entries: readonly CommitEntry[]): WriteKind {
    return wavesOf(entries).length === 1 && !entries.some(needsTransaction) ? 'autocommit' : 'transaction';
  }

  *program(entries: readonly CommitEntry[]): SqlProgram<readonly EntryVerdict[]> {
    const verdicts: EntryVerdict[] = [];
    for (const wave of wavesOf(entries)) {
      const group = wave.map((index) => entries[index]).filter((entry) => entry !== undefined);
      const written = yield* this.#wave(group);
      wave.forEach((index, position) => {
        const verdict = written[position];
        if (verdict !== undefined) verdicts[index] = verdict;
      });
    }
    const done = entries.filter((_, index) => verdicts[index]?.kind === 'done');
    yield* this.messages.write(done.flatMap(({ messages }) => messages));
    return verdicts;
  }

  *#wave(entries: readonly CommitEntry[]): SqlProgram<readonly EntryVerdict[]> {
    const verdicts = yield* writeWave(entries.map(beforeRecur));
    for (const [index, entry] of entries.entries()) {
      if (entry.recur !== null && verdicts[index]?.kind === 'done') {
        yield* recur(postgresDialect, entry, this.#starts, this.#messaging);
      }
    }
    return verdicts;
  }
}

const DONE: EntryVerdict = { kind: 'done' };

function* writeWave(entries: readonly CommitEntry[]): SqlProgram<readonly EntryVerdict[]> {
  const starts = entries.filter(({ create }) => create !== null);
  const units = unitsOf(entries.filter(({ create }) => create === null));
  const { rows } = yield* runOne(cteStatement(groupOf(starts, units)));
  const created = new Set((rows[0]?.['created'] as string[] | null) ?? []);
  const held = new Set((rows[0]?.['held'] as number[] | null) ?? []);
  if (created.size === starts.length && held.size === units.length) return entries.map(() => DONE);
  const holding = new Set(units.filter(({ place }) => held.has(place)).map(({ entry }) => entry));
  const undone = entries.filter((entry) => !holding.has(entry) && !created.has(entry.instanceId));
  const found = yield* readInstances(
    postgresDialect,
    undone.map(({ instanceId }) => instanceId),
  );
  return entries.map((entry) => {
    if (!undone.includes(entry)) return DONE;
    return undoneVerdict(entry, found.get(entry.instanceId));
  });
}

function groupOf(starts: readonly CommitEntry[], units: readonly Unit[]): CteGroup {
  const beside = units.filter(({ entry }) => hasSideRows(entry));
  const talking = units.filter(({ entry }) => hasMessagingRows(entry));
  return { starts, units, beside, talking };
}

/** Places follow the order of the ids: that is the order in which the rows are locked. */
function unitsOf(entries: readonly CommitEntry[]): readonly Unit[] {
  const ids = entries.map(({ instanceId }) => instanceId).sort();
  const places = new Map(ids.map((id, index) => [id, index + 1]));
  return entries.map((entry) => ({ entry, place: places.get(entry.instanceId) ?? 0 }));
}

function undoneVerdict(entry: CommitEntry, row: InstanceRow | undefined): EntryVerdict {
  if (entry.create === null) return { kind: 'refused', reason: refusalOf(row, entry) ?? 'lost', row };
  // It existed when the statement looked, and is gone now: as good as never started.
  return row === undefined ? { kind: 'refused', reason: 'lost', row } : { kind: 'exists', row };
}
