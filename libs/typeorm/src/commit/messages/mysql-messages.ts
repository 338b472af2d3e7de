import { createHash } from 'node:crypto';
import type { NewMessage } from '@romancy/core';
import type { Dialect } from '../../dialect/dialect.js';
import { run, type SqlProgram } from '../../sql/program.js';
import { chunks, placeholders, sql, type SqlStatement } from '../../sql/statement.js';
import { MessageInsert } from './message-insert.js';
import type { MessageWriter } from './message-writer.js';

const BUCKETS = 1024;

/** MySQL and MariaDB: the lock of a channel is a row of a table of ours. */
export class MysqlMessages implements MessageWriter {
  readonly #insert: MessageInsert;

  constructor(private readonly dialect: Dialect) {
    this.#insert = new MessageInsert(dialect);
  }

  lock(channel: string): readonly SqlStatement[] {
    return [this.#lock([channel])];
  }

  /** The locks and the rows, which may travel as one text with what comes before and after them. */
  statements(messages: readonly NewMessage[]): SqlStatement[] {
    if (messages.length === 0) return [];
    return [this.#lock(messages.map(({ channel }) => channel)), ...this.#insert.of(messages)];
  }

  *write(messages: readonly NewMessage[], last: boolean): SqlProgram<void> {
    yield* run(this.statements(messages), last);
  }

  *store(messages: readonly NewMessage[]): SqlProgram<readonly string[]> {
    if (messages.length === 0) return [];
    // How many rows an INSERT has touched does not tell which of them were new. Under the lock nobody adds one between the two looks.
    const ids = messages.map(({ messageId }) => messageId);
    const look = [...chunks(ids, this.dialect.rowsPerStatement)].map((part) =>
      sql(`SELECT message_id FROM channel_messages WHERE message_id IN (${placeholders(part.length)})`, part),
    );
    const [lock, ...inserts] = this.statements(messages);
    if (lock === undefined) return [];
    const results = yield* run([lock, ...look, ...inserts, ...look]);
    const idsOf = (from: number): ReadonlySet<unknown> =>
      new Set(results.slice(from, from + look.length).flatMap(({ rows }) => rows.map((row) => row['message_id'])));
    const [before, after] = [idsOf(1), idsOf(1 + look.length + inserts.length)];
    return [...new Set(ids)].filter((id) => after.has(id) && !before.has(id));
  }

  /** Waits for the locks of channels, in the order in which everybody takes them. */
  #lock(channels: readonly string[]): SqlStatement {
    const buckets = [...new Set(channels.map(bucketOf))];
    const which = `WHERE bucket IN (${placeholders(buckets.length)}) ORDER BY bucket`;
    return this.dialect.comparesWrites
      ? sql(`UPDATE romancy_channel_locks SET turn = turn + 1 ${which}`, buckets)
      : sql(`SELECT bucket FROM romancy_channel_locks ${which} FOR UPDATE`, buckets);
  }
}

/** The same in every process. */
function bucketOf(channel: string): number {
  return createHash('sha256').update(channel).digest().readUInt32BE(0) % BUCKETS;
}
