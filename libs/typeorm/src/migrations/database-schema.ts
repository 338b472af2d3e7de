import type { Backend } from '../connection/backend.js';
import { connect } from '../connection/connect.js';
import type { DialectName } from '../dialect/dialect.js';
import { toStorageError } from '../sql/sql-errors.js';
import type { TypeOrmStorageOptions } from '../storage-options.js';
import { readMigrations } from './migration-files.js';
import { Migrator, type MigrationStatus } from './migrator.js';
import { prepareTables } from './prepare-tables.js';

/**
 * The tables of a database, apart from any engine: for tools.
 *
 * @example
 * const schema = await DatabaseSchema.open({ database: 'postgres://localhost/orders' });
 * await schema.up((name) => console.log(name));
 * await schema.close();
 */
export class DatabaseSchema {
  readonly #backend: Backend;
  readonly #migrator: Migrator;
  readonly #options: TypeOrmStorageOptions;

  private constructor(backend: Backend, options: TypeOrmStorageOptions) {
    this.#backend = backend;
    this.#options = options;
    this.#migrator = new Migrator(backend.engine, backend.dialect);
  }

  /**
   * Connects; makes and changes nothing but, for SQLite, a file that does not exist.
   * @throws StorageUnavailableError, DatabaseUrlError, DriverError
   */
  static async open(options: TypeOrmStorageOptions): Promise<DatabaseSchema> {
    try {
      return new DatabaseSchema(await connect(options), options);
    } catch (error) {
      throw toStorageError(error, 'before-commit');
    }
  }

  get dialect(): DialectName {
    return this.#backend.dialect.name;
  }

  /** All migrations in their order. */
  statuses(): Promise<readonly MigrationStatus[]> {
    return this.#migrator.statuses();
  }

  /**
   * Applies what is pending, and brings the indexes that the option `indexes` asks for, under the lock that applications take at their start.
   * @param onApplied hears of each migration, by its name, and of each statement that changes an index
   * @throws MigrationError
   */
  up(onApplied?: (name: string) => void): Promise<void> {
    return prepareTables(this.#backend, { ...this.#options, migrations: 'apply' }, onApplied);
  }

  /**
   * Takes the newest applied migration back, with the data in the tables and columns that it made. Undefined if there is none.
   * @throws MigrationError
   */
  down(): Promise<MigrationStatus | undefined> {
    return this.#migrator.revert();
  }

  close(): Promise<void> {
    return this.#backend.close();
  }
}

/** The SQL of the migrations of a dialect, for those who apply it by other means. */
export async function migrationScript(
  dialect: DialectName,
): Promise<readonly { readonly version: string; readonly name: string; readonly sql: string }[]> {
  const files = await readMigrations(dialect);
  return files.map(({ version, name, up }) => ({
    version,
    name,
    sql: up.map((statement) => `${statement};\n`).join('\n'),
  }));
}
