import type { Dialect } from '../dialect/dialect.js';

/**
 * Opens a transaction at READ COMMITTED. Sessions of a DataSource that the storage has made are at that level; on one of the application's it is
 * asked for each time. None for SQLite, whose runner begins behind the gate.
 */
export function beginStatements(dialect: Dialect, made: boolean): readonly string[] {
  switch (dialect.name) {
    case 'sqlite':
      return [];
    case 'postgres':
      return ['START TRANSACTION ISOLATION LEVEL READ COMMITTED'];
    case 'mysql':
    case 'mariadb':
      return made ? ['START TRANSACTION'] : ['SET TRANSACTION ISOLATION LEVEL READ COMMITTED', 'START TRANSACTION'];
  }
}
