import { access } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { parseDatabaseUrl, TypeOrmStorage, type StorageSettings } from '@romancy/typeorm';
import { CliError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';
import type { DatabasePlace } from './target.js';

/** A tool holds few connections, and leaves the tables to `migrate`. */
export const FRUGAL: StorageSettings = { notifications: false, commitSessions: 1, poolSize: 3, applicationPoolSize: 1 };

/**
 * The storage on a database that is there, with its tables. Nothing is made.
 * @throws CliError where an SQLite file does not exist; MigrationError, StorageUnavailableError
 */
export async function openStorage(place: DatabasePlace, cwd: string): Promise<TypeOrmStorage> {
  const database = await existing(place, cwd);
  const storage = new TypeOrmStorage({ database, migrations: 'verify', ...FRUGAL });
  await storage.open();
  return storage;
}

/** The database, with a path that does not depend on the working folder. An SQLite file must exist, so that looking never makes one. */
export async function existing({ database, byDefault }: DatabasePlace, cwd: string): Promise<string> {
  const target = parseDatabaseUrl(database);
  if (target.kind !== 'sqlite') return database;
  if (target.file === ':memory:')
    throw new CliError(EXIT.usage, 'A database in memory belongs to its process; nobody else can see it.');
  const file = isAbsolute(target.file) ? target.file : join(cwd, target.file);
  try {
    await access(file);
  } catch {
    const cure = byDefault
      ? 'Name one with --database, ROMANCY_DATABASE or romancy.config.json, or an application with --url.'
      : '`romancy migrate up` makes it.';
    throw new CliError(EXIT.unreachable, `There is no database file ${file}. ${cure}`);
  }
  return file;
}
