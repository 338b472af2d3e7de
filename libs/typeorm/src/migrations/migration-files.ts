import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Dialect } from '../dialect/dialect.js';
import { MigrationError } from '../errors/migration-error.js';
import { MIGRATION_FOLDERS } from '../migration-folders.js';
import { splitSql } from './sql-splitter.js';

/** One file in dbmate's form. */
export interface MigrationFile {
  /** The digits before the first underscore of the file's name. */
  readonly version: string;
  readonly name: string;
  readonly up: readonly string[];
  /** What takes it back. */
  readonly down: readonly string[];
}

/** Version of the file of the family, which siblings apply, too. */
export const FAMILY = '20251217000000';
const FOLDERS: Readonly<Record<Dialect['name'], string>> = {
  sqlite: 'sqlite',
  postgres: 'postgresql',
  mysql: 'mysql',
  mariadb: 'mysql',
};

/** Reads the migrations of a dialect in the order of their versions. */
export async function readMigrations(dialect: Dialect['name']): Promise<readonly MigrationFile[]> {
  const folder = MIGRATION_FOLDERS.map((place) => new URL(`${FOLDERS[dialect]}/`, place)).find((url) =>
    existsSync(url),
  );
  if (folder === undefined) {
    throw new MigrationError('The migration files of @romancy/typeorm are missing from its package. Install it again.');
  }
  const names = (await readdir(fileURLToPath(folder))).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(names.map(async (name) => parseMigration(name, await readFile(new URL(name, folder), 'utf8'))));
}

/** The statements between `-- migrate:up` and `-- migrate:down`, and those after it. */
export function parseMigration(name: string, content: string): MigrationFile {
  const version = /^(\d+)_/.exec(name)?.[1];
  const up = /^--\s*migrate:up\b[^\n]*\n([\s\S]*?)(?=^--\s*migrate:down\b|(?![\s\S]))/m.exec(content)?.[1];
  if (version === undefined || up === undefined) {
    throw new MigrationError(
      `${name} is no migration in dbmate's form: <digits>_<name>.sql with the line "-- migrate:up".`,
    );
  }
  const down = /^--\s*migrate:down\b[^\n]*\n([\s\S]*)/m.exec(content)?.[1] ?? '';
  return { version, name, up: splitSql(up), down: splitSql(down) };
}
