import type { Logger } from '@romancy/core';
import type { DataSource, QueryRunner } from 'typeorm';
import type { Dialect } from '../dialect/dialect.js';
import { MigrationError } from '../errors/migration-error.js';
import { indexChanges } from './index-changes.js';
import type { IndexSet } from './lean-indexes.js';
import { FAMILY, readMigrations, type MigrationFile } from './migration-files.js';
import { underMigrationLock, withRunner } from './migration-lock.js';
import type { MigrationMode } from './migrator.js';
import { isPassing, withoutRaces } from './passing-errors.js';
import { presentIndexes, siblingsExist } from './schema-inspector.js';

const OTHERS = 'another framework has instances in this database, or a process on it';
const CURE = `set indexes: 'family', or remove its instances where it is gone for good.`;

/**
 * Gives the shared tables the indexes that a setting asks for. Each statement stands for itself: what an attempt that broke off has left to do,
 * the next one does.
 */
export class FamilyIndexes {
  constructor(
    private readonly engine: DataSource,
    private readonly dialect: Dialect,
    private readonly logger: Logger,
  ) {}

  /**
   * @param set undefined leaves them as they are
   * @param onChanged hears of each statement
   * @throws MigrationError where a sibling needs what would go
   */
  async bring(set: IndexSet | undefined, mode: MigrationMode, onChanged?: (statement: string) => void): Promise<void> {
    if (mode === 'off') return;
    const files = await readMigrations(this.dialect.name);
    const family = files.filter(({ version }) => version === FAMILY);
    await withRunner(this.engine, async (runner) => {
      if (set !== undefined && (await this.#changes(runner, family, set)).length > 0) {
        if (mode === 'verify') this.#warnOfVerify(set);
        else {
          await withoutRaces(() =>
            underMigrationLock(runner, this.dialect, () => this.#change(runner, family, set, onChanged)),
          );
        }
      }
      await this.#warnOfSiblings(runner, family);
    });
  }

  async #changes(runner: QueryRunner, family: readonly MigrationFile[], set: IndexSet): Promise<readonly string[]> {
    const present = await presentIndexes(runner, this.dialect);
    return family.flatMap((file) => indexChanges(this.dialect.name, file, set, present));
  }

  async #change(
    runner: QueryRunner,
    family: readonly MigrationFile[],
    set: IndexSet,
    onChanged?: (statement: string) => void,
  ): Promise<void> {
    const statements = await this.#changes(runner, family, set);
    if (set === 'lean' && statements.length > 0 && (await siblingsExist(runner, this.dialect)))
      throw new MigrationError(`Indexes that siblings need are not dropped: ${OTHERS}; ${CURE}`);
    for (const statement of statements) {
      try {
        await runner.query(statement);
      } catch (error) {
        if (isPassing(error)) throw error;
        const reason = error instanceof Error ? error.message : String(error);
        throw new MigrationError(`The indexes could not be changed (${statement}): ${reason}`, { cause: error });
      }
      onChanged?.(statement);
    }
  }

  #warnOfVerify(set: IndexSet): void {
    this.logger.warn(
      `The database has not the indexes that indexes: '${set}' asks for, and migrations: 'verify' changes nothing: romancy migrate up --indexes ${set}`,
    );
  }

  async #warnOfSiblings(runner: QueryRunner, family: readonly MigrationFile[]): Promise<void> {
    const missing = (await this.#changes(runner, family, 'family')).length;
    if (missing === 0 || !(await siblingsExist(runner, this.dialect))) return;
    this.logger.warn(`${String(missing)} indexes of the shared tables are missing, and ${OTHERS}: ${CURE}`);
  }
}
