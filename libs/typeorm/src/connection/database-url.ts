import { DatabaseUrlError } from '../errors/database-url-error.js';

/** A database, as named by the setting `database`. */
export type DatabaseTarget =
  | { readonly kind: 'sqlite'; readonly file: string }
  | { readonly kind: 'postgres' | 'mysql' | 'mariadb'; readonly url: string };

const SERVERS: Readonly<Record<string, 'postgres' | 'mysql' | 'mariadb'>> = {
  postgres: 'postgres',
  postgresql: 'postgres',
  mysql: 'mysql',
  mariadb: 'mariadb',
};

/** Reads the forms of {@link DATABASE_URL_FORMS}; anything else is refused with that list. */
export function parseDatabaseUrl(database: string): DatabaseTarget {
  if (database.trim() === '') throw new DatabaseUrlError('The database setting is empty.');
  if (database === ':memory:' || database === 'sqlite::memory:') return { kind: 'sqlite', file: ':memory:' };
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]+):/.exec(database)?.[1]?.toLowerCase();
  if (scheme === undefined) return { kind: 'sqlite', file: plainFile(database) };
  if (scheme === 'sqlite') return { kind: 'sqlite', file: sqliteFile(database) };
  const kind = SERVERS[scheme];
  if (kind === undefined) throw new DatabaseUrlError(`A database of the kind "${scheme}:" is not supported.`);
  return { kind, url: serverUrl(database, scheme, kind) };
}

function sqliteFile(database: string): string {
  const path = /^sqlite:\/\/\/(.+)$/is.exec(database)?.[1];
  if (path === undefined)
    throw new DatabaseUrlError(
      'A SQLite URL has three slashes before a relative path and four before an absolute one.',
    );
  if (/[?#]/.test(path)) throw new DatabaseUrlError('A SQLite URL takes no parameters.');
  if (path === ':memory:') return path;
  try {
    return plainFile(decodeURIComponent(path));
  } catch (error) {
    if (error instanceof DatabaseUrlError) throw error;
    throw new DatabaseUrlError('The SQLite URL holds a broken percent sequence.');
  }
}

function plainFile(path: string): string {
  // A colon after the first letter is a Windows drive; anywhere else it looks like host:port or a misspelt URL.
  if (path.slice(2).includes(':') || path.startsWith('//') || path.includes('\0')) {
    throw new DatabaseUrlError('This is neither a URL nor a plain file name.');
  }
  if (/[/\\]$/.test(path)) throw new DatabaseUrlError('The path names a folder, not a file.');
  return path;
}

function serverUrl(database: string, scheme: string, kind: string): string {
  let url: URL;
  try {
    url = new URL(database);
  } catch {
    throw new DatabaseUrlError(
      `The ${scheme} URL cannot be read; special characters in the password are written as %XX.`,
    );
  }
  if (url.hostname === '' && !url.searchParams.has('host'))
    throw new DatabaseUrlError(`The ${scheme} URL names no host.`);
  if (url.pathname.length < 2) throw new DatabaseUrlError(`The ${scheme} URL names no database: add /name.`);
  // TypeORM looks at the scheme; "postgresql" is the same to us.
  return database.replace(/^[^:]+/, kind);
}
