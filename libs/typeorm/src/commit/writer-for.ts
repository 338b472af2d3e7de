import type { Dialect } from '../dialect/dialect.js';
import type { EntryWriter } from './entry-writer.js';
import { MysqlWriter } from './mysql-writer.js';
import { CteWriter } from './postgres/cte-writer.js';
import { SqliteWriter } from './sqlite-writer.js';

/**
 * The databases differ most in what a write costs, so each has a writer; rows, fence and verdicts are shared.
 *
 * @param notifies whether other processes are told of messages, where the database can do that
 */
export function writerFor(dialect: Dialect, notifies: boolean): EntryWriter {
  switch (dialect.name) {
    case 'sqlite':
      return new SqliteWriter();
    case 'postgres':
      return new CteWriter(notifies);
    case 'mysql':
    case 'mariadb':
      return new MysqlWriter(dialect);
  }
}
