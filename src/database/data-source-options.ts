import { parseDatabaseUrl, sqlite3Driver } from '@romancy/typeorm';
import type { DataSourceOptions } from 'typeorm';

export type SqliteDriver = 'better-sqlite3' | 'sqlite3';

/** TypeORM's options for a `DATABASE_URL`, in the forms that `RomancyModule.forRoot({ database })` takes. */
export function dataSourceOptions(database: string, driver: SqliteDriver = 'better-sqlite3'): DataSourceOptions {
  const target = parseDatabaseUrl(database);
  if (target.kind !== 'sqlite') return { type: target.kind, url: target.url };
  const inMemory = target.file === ':memory:';
  // TypeORM 1 has no driver for the package sqlite3; it comes in by the slot for another one.
  if (driver === 'sqlite3') {
    return {
      type: 'expo',
      database: target.file,
      driver: sqlite3Driver([...(inMemory ? [] : ['journal_mode = WAL']), 'busy_timeout = 5000']),
    };
  }
  return { type: 'better-sqlite3', database: target.file, enableWAL: !inMemory };
}
