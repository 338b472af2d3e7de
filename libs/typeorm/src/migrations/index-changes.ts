import type { DialectName } from '../dialect/dialect.js';
import { DISPENSABLE, type IndexSet } from './lean-indexes.js';
import type { MigrationFile } from './migration-files.js';
import { remnantOf } from './schema-objects.js';

/** Indexes that a database has, by name; false: an attempt that broke off has left it unusable. */
export type PresentIndexes = ReadonlyMap<string, boolean>;

/** The statements that lead from the indexes that are there to a set. */
export function indexChanges(
  dialect: DialectName,
  family: MigrationFile,
  set: IndexSet,
  present: PresentIndexes,
): readonly string[] {
  return family.up.flatMap((creation) => {
    const index = remnantOf(creation);
    if (index?.kind !== 'index' || !DISPENSABLE.has(index.name)) return [];
    const isMysql = dialect === 'mysql' || dialect === 'mariadb';
    const drop = `DROP INDEX ${index.name}${isMysql ? ` ON ${index.table}` : ''}`;
    const state = present.get(index.name);
    if (set === 'lean') return state === undefined ? [] : [drop];
    if (state === true) return [];
    // In this form it can be built while workers commit; MySQL and MariaDB do so by themselves.
    const create =
      dialect === 'postgres'
        ? creation.replace(/^CREATE INDEX (?:IF NOT EXISTS )?/i, 'CREATE INDEX CONCURRENTLY ')
        : creation;
    return state === undefined ? [create] : [drop, create];
  });
}
