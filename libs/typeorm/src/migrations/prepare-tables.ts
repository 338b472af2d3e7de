import { silentLogger } from '@romancy/core';
import type { Backend } from '../connection/backend.js';
import type { StorageSettings } from '../storage-options.js';
import { FamilyIndexes } from './family-indexes.js';
import { Migrator } from './migrator.js';

/**
 * Brings tables and indexes to what the settings ask for, or looks whether they are there.
 * @param onApplied hears of each migration, by its name, and of each statement that changes an index
 */
export async function prepareTables(
  { engine, dialect }: Backend,
  { migrations = 'apply', indexes, logger = silentLogger }: StorageSettings,
  onApplied?: (name: string) => void,
): Promise<void> {
  await new Migrator(engine, dialect).run(migrations, onApplied);
  await new FamilyIndexes(engine, dialect, logger).bring(indexes, migrations, onApplied);
}
