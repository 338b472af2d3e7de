import {
  EntryConflictError,
  type CommitEntry,
  type EntryVerdict,
  type InstanceRow,
  type NewInstance,
  type NewMessage,
} from '@romancy/core';
import type { WriteKind } from '../connection/backend.js';
import type { Dialect } from '../dialect/dialect.js';
import { readInstances } from '../sql/instance-sql.js';
import { run, type SqlProgram } from '../sql/program.js';
import { sqlErrorKind } from '../sql/sql-errors.js';
import type { SqlStatement } from '../sql/statement.js';
import { changesInstance, wavesOf } from './entry-shape.js';
import type { EntryWriter } from './entry-writer.js';
import { lockInstances, refusalOf } from './fence.js';
import { cleanUps, instanceUpdate, removals } from './row-changes.js';
import { HistoryInsert } from './history-insert.js';
import { MessagingStatements } from './messaging-statements.js';
import { MysqlMessages } from './messages/mysql-messages.js';
import { beforeRecur, recur } from './recur.js';
import { SideInserts } from './side-inserts.js';
import { StartInserts } from './start-inserts.js';

/** MySQL and MariaDB: lock the rows, look at the fence, write what holds, many rows to a statement. Two texts carry the whole transaction. */
export class MysqlWriter implements EntryWriter {
  readonly messages: MysqlMessages;
  readonly #history: HistoryInsert;
  readonly #side: SideInserts;
  readonly #starts: StartInserts;
  readonly #messaging: MessagingStatements;

  constructor(private readonly dialect: Dialect) {
    this.messages = new MysqlMessages(dialect);
    this.#history = new HistoryInsert(dialect);
    this.#side = new SideInserts(dialect);
    this.#starts = new StartInserts(dialect);
    this.#messaging = new MessagingStatements(dialect);
  }

  kindOf(entries: readonly CommitEntry[]): WriteKind {
    const starts = entries.map(({ create }) => create).filter((create) => create !== null);
    const together = starts.length === entries.length;
    return together && this.#starts.together(starts).length === 1 ? 'autocommit' : 'transaction';
  }

  *program(entries: readonly CommitEntry[]): SqlProgram<readonly EntryVerdict[]> {
    const verdicts: EntryVerdict[] = [];
    const waves = wavesOf(entries);
    const published: NewMessage[] = [];
    for (const [number, wave] of waves.entries()) {
      const group = wave.map((index) => entries[index]).filter((entry) => entry !== undefined);
      const written = yield* this.#wave(group, published, number === waves.length - 1);
      wave.forEach((index, position) => {
        const verdict = written[position];
        if (verdict !== undefined) verdicts[index] = verdict;
      });
    }
    return verdicts;
  }

  /** @param published messages of the waves so far; all of them are written with the last one */
  *#wave(entries: readonly CommitEntry[], published: NewMessage[], last: boolean): SqlProgram<readonly EntryVerdict[]> {
    const changes = entries.filter(({ create }) => create === null);
    const existing = yield* this.#start(entries.map(({ create }) => create).filter((create) => create !== null));
    const states = yield* lockInstances(
      this.dialect,
      changes.map(({ instanceId }) => instanceId),
    );
    const reasons = new Map(changes.map((entry) => [entry, refusalOf(states.get(entry.instanceId), entry)]));
    const refusedIds = changes.filter((entry) => reasons.get(entry) !== undefined).map(({ instanceId }) => instanceId);
    const refusedRows = yield* readInstances(this.dialect, refusedIds);
    const holding = changes.filter((entry) => reasons.get(entry) === undefined);
    published.push(...holding.flatMap(({ messages }) => messages));
    yield* this.#change(holding, last ? published : undefined);
    return entries.map((entry) => {
      if (entry.create !== null) {
        const row = existing.get(entry.instanceId);
        return row === undefined ? { kind: 'done' } : { kind: 'exists', row };
      }
      const reason = reasons.get(entry);
      return reason === undefined
        ? { kind: 'done' }
        : { kind: 'refused', reason, row: refusedRows.get(entry.instanceId) };
    });
  }

  /**
   * Inserts the instances that do not exist and answers those that do. The number of rows does not tell which were new, so the INSERT fails if
   * one was not, and is repeated without those.
   */
  *#start(instances: readonly NewInstance[]): SqlProgram<ReadonlyMap<string, InstanceRow>> {
    const existing = new Map<string, InstanceRow>();
    while (existing.size < instances.length) {
      const missing = instances.filter(({ instanceId }) => !existing.has(instanceId));
      try {
        yield* run(this.#starts.together(missing));
        return existing;
      } catch (error) {
        if (sqlErrorKind(error) !== 'unique') throw error;
        yield* this.#findExisting(missing, existing, error);
      }
    }
    return existing;
  }

  *#findExisting(
    instances: readonly NewInstance[],
    existing: Map<string, InstanceRow>,
    cause: unknown,
  ): SqlProgram<void> {
    const ids = instances.map(({ instanceId }) => instanceId);
    const found = yield* readInstances(this.dialect, ids);
    const before = existing.size;
    for (const id of ids) {
      const row = found.get(id);
      if (row !== undefined) existing.set(id, row);
    }
    if (existing.size > before) return;
    // A single one was in the way and is gone again. Of several, two may be one to this database: each is written alone then.
    if (ids.length === 1 && found.size === 0) return;
    throw new EntryConflictError(
      'unique',
      'An instance id differs only in case or accents from another one, and this database does not tell them apart.',
      cause,
    );
  }

  /** @param published messages with which the transaction ends; undefined if it goes on */
  *#change(entries: readonly CommitEntry[], published: readonly NewMessage[] | undefined): SqlProgram<void> {
    const changes = this.#statements(entries.map(beforeRecur));
    const generations = entries.filter((entry) => entry.recur !== null);
    if (generations.length > 0) yield* run(changes.splice(0));
    for (const entry of generations) yield* recur(this.dialect, entry, this.#starts, this.#messaging);
    yield* run([...changes, ...this.messages.statements(published ?? [])], published !== undefined);
  }

  #statements(entries: readonly CommitEntry[]): SqlStatement[] {
    const { dialect } = this;
    const ended = entries.filter(({ cleanUp }) => cleanUp).map(({ instanceId }) => instanceId);
    return [
      ...this.#history.of(entries),
      ...this.#side.of(entries),
      ...this.#messaging.of(entries),
      ...removals(dialect, entries),
      ...entries
        .filter((entry) => dialect.comparesWrites || changesInstance(entry))
        .map((entry) => instanceUpdate(dialect, entry, { text: 'instance_id = ?', params: [entry.instanceId] })),
      ...cleanUps(dialect, ended),
    ];
  }
}
