import type { NewMessage } from '@romancy/core';
import { sqliteDialect } from '../../dialect/sqlite.dialect.js';
import { run, type SqlProgram } from '../../sql/program.js';
import type { SqlStatement } from '../../sql/statement.js';
import { MessageInsert } from './message-insert.js';
import type { MessageWriter } from './message-writer.js';

/** SQLite has one writer at a time, so nothing needs a lock. */
export class SqliteMessages implements MessageWriter {
  readonly #insert = new MessageInsert(sqliteDialect);

  lock(): readonly SqlStatement[] {
    return [];
  }

  *write(messages: readonly NewMessage[]): SqlProgram<void> {
    yield* run(this.#insert.of(messages));
  }

  *store(messages: readonly NewMessage[]): SqlProgram<readonly string[]> {
    const results = yield* run(this.#insert.of(messages));
    return messages.filter((_, index) => results[index]?.affected === 1).map(({ messageId }) => messageId);
  }
}
