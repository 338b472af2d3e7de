import type { DataSource, QueryRunner } from 'typeorm';
import type { Dialect } from '../dialect/dialect.js';
import { MigrationError } from '../errors/migration-error.js';
import { driverCode } from '../sql/sql-errors.js';
import { FAMILY, readMigrations, type MigrationFile } from './migration-files.js';
import { inTransaction, underFamilyLock, underMigrationLock, withRunner } from './migration-lock.js';
import { isPassing, withoutRaces } from './passing-errors.js';
import { isPresent, presentColumns, recordedVersions } from './schema-inspector.js';
import { columnsOf, remnantOf } from './schema-objects.js';

export type MigrationMode = 'apply' | 'verify' | 'off';

/** One migration, as the database has it. */
export interface MigrationStatus {
  readonly version: string;
  /** Name of its file. */
  readonly name: string;
  /** `applied`: recorded. `present`: its tables are there, made by somebody who records nothing. `pending`: still to be applied. */
  readonly state: 'applied' | 'present' | 'pending';
}

const TRACKER = 'CREATE TABLE IF NOT EXISTS schema_migrations (version VARCHAR(255) PRIMARY KEY)';
const MYSQL_NOTHING_TO_DROP = 'ER_CANT_DROP_FIELD_OR_KEY';
const ON_A_CLUSTER =
  ` The lock of migrations is known to one node of a cluster alone, so another process may be doing the same: start again, and let one process` +
  ` migrate (npx romancy migrate) before others start.`;

/** Brings the tables up to date, or looks whether they are. A version is recorded when, and only when, it was applied here. */
export class Migrator {
  constructor(
    private readonly engine: DataSource,
    private readonly dialect: Dialect,
  ) {}

  /** @param onApplied hears of each migration that was applied */
  async run(mode: MigrationMode, onApplied?: (name: string) => void): Promise<void> {
    if (mode === 'off') return;
    const files = await readMigrations(this.dialect.name);
    await withRunner(this.engine, async (runner) => {
      if (mode === 'verify') return this.#verify(runner, files);
      if ((await this.#pending(runner, files)).length > 0) {
        await withoutRaces(() => underMigrationLock(runner, this.dialect, () => this.#apply(runner, files, onApplied)));
      }
      await this.#verify(runner, files);
    });
  }

  /** All migrations in their order. */
  async statuses(): Promise<readonly MigrationStatus[]> {
    const files = await readMigrations(this.dialect.name);
    return withRunner(this.engine, async (runner) => {
      const pending = new Set(await this.#pending(runner, files));
      const recorded = await this.#recorded(runner);
      return files.map((file) => ({
        version: file.version,
        name: file.name,
        state: pending.has(file) ? 'pending' : recorded.has(file.version) ? 'applied' : 'present',
      }));
    });
  }

  /** Takes the newest recorded migration back, with the data in what it made. Undefined if none is recorded. */
  async revert(): Promise<MigrationStatus | undefined> {
    const files = await readMigrations(this.dialect.name);
    return withRunner(this.engine, (runner) =>
      underMigrationLock(runner, this.dialect, async () => {
        const recorded = await this.#recorded(runner);
        const last = files.findLast((file) => recorded.has(file.version));
        if (last === undefined) return undefined;
        const revert = (): Promise<void> => this.#revertFile(runner, last);
        await underFamilyLock(runner, this.dialect, () =>
          this.dialect.name === 'postgres' ? inTransaction(runner, revert) : revert(),
        );
        return { version: last.version, name: last.name, state: 'pending' };
      }),
    );
  }

  async #revertFile(runner: QueryRunner, file: MigrationFile): Promise<void> {
    for (const statement of file.down) {
      try {
        await runner.query(statement);
      } catch (error) {
        // MySQL commits each statement of DDL: an attempt that broke off has dropped this already.
        if (driverCode(error) !== MYSQL_NOTHING_TO_DROP) {
          const reason = error instanceof Error ? error.message : String(error);
          throw new MigrationError(`Migration ${file.name} could not be taken back: ${reason}`, { cause: error });
        }
      }
    }
    await runner.query(`DELETE FROM schema_migrations WHERE version = '${file.version}'`);
  }

  async #recorded(runner: QueryRunner): Promise<ReadonlySet<string>> {
    const present = await presentColumns(runner, this.dialect);
    return present.has('schema_migrations.version') ? recordedVersions(runner) : new Set();
  }

  /** Versions that are neither recorded nor, as far as their columns tell, made by somebody who does not record. */
  async #pending(runner: QueryRunner, files: readonly MigrationFile[]): Promise<readonly MigrationFile[]> {
    const present = await presentColumns(runner, this.dialect);
    const recorded = present.has('schema_migrations.version') ? await recordedVersions(runner) : new Set<string>();
    return files.filter((file) => {
      if (recorded.has(file.version)) return false;
      const columns = columnsOf(file);
      return columns.length === 0 || columns.some((column) => !present.has(column));
    });
  }

  async #apply(
    runner: QueryRunner,
    files: readonly MigrationFile[],
    onApplied?: (name: string) => void,
  ): Promise<void> {
    // Its columns may all be there while a sibling is still at the indexes.
    if (!(await this.#recorded(runner)).has(FAMILY)) {
      const shared = files.filter(({ version }) => version === FAMILY);
      await underFamilyLock(runner, this.dialect, () => this.#applyPending(runner, shared, onApplied));
    }
    await this.#applyPending(runner, files, onApplied);
  }

  async #applyPending(
    runner: QueryRunner,
    files: readonly MigrationFile[],
    onApplied?: (name: string) => void,
  ): Promise<void> {
    const pending = await this.#pending(runner, files);
    if (pending.length > 0) await runner.query(TRACKER);
    for (const file of pending) {
      try {
        if (this.dialect.name === 'postgres') await inTransaction(runner, () => this.#applyFile(runner, file));
        else await this.#applyFile(runner, file);
        onApplied?.(file.name);
      } catch (error) {
        if (isPassing(error)) throw error;
        throw new MigrationError(
          `Migration ${file.name} failed: ${error instanceof Error ? error.message : String(error)}${this.dialect.comparesWrites ? ON_A_CLUSTER : ''}`,
          { pending: pending.map(({ version }) => version), cause: error },
        );
      }
    }
  }

  async #applyFile(runner: QueryRunner, file: MigrationFile): Promise<void> {
    const resumes = this.dialect.name === 'mysql' || this.dialect.name === 'mariadb';
    for (const statement of file.up) {
      // There each statement of DDL commits: what an attempt that broke off has made is not made again.
      const remnant = resumes ? remnantOf(statement) : undefined;
      if (remnant !== undefined && (await isPresent(runner, remnant))) continue;
      await runner.query(statement);
    }
    await runner.query(`INSERT INTO schema_migrations (version) VALUES ('${file.version}')`);
  }

  async #verify(runner: QueryRunner, files: readonly MigrationFile[]): Promise<void> {
    const present = await presentColumns(runner, this.dialect);
    const missing = files.flatMap(columnsOf).filter((column) => !present.has(column));
    const pending = (await this.#pending(runner, files)).map(({ version }) => version);
    if (missing.length === 0 && pending.length === 0) return;
    const what =
      missing.length > 0
        ? `missing: ${missing.slice(0, 8).join(', ')}${missing.length > 8 ? ', …' : ''}`
        : `not applied: ${pending.join(', ')}`;
    throw new MigrationError(
      `The tables of Romancy are not as this version needs them (${what}). Start once with migrations: 'apply', or run the files in migrations/ with dbmate.`,
      { pending, missing },
    );
  }
}
