import { parseDatabaseUrl } from '@romancy/typeorm';
import type { DataSourceOptions } from 'typeorm';

/** TypeORM's options for a `DATABASE_URL`, in the forms that `RomancyModule.forRoot({ database })` takes. */
export function dataSourceOptions(database: string): DataSourceOptions {
  const target = parseDatabaseUrl(database);
  if (target.kind === 'sqlite') {
    const inMemory = target.file === ':memory:';
    return { type: 'better-sqlite3', database: target.file, enableWAL: !inMemory };
  }
  return { type: target.kind, url: target.url };
}
