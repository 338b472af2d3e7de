import type { DataSourceOptions } from 'typeorm';

/** Options that say what the application does with its database, and not how to reach it. */
const APPLICATION_ONLY = [
  'name',
  'entities',
  'subscribers',
  'migrations',
  'migrationsRun',
  'migrationsTableName',
  'migrationsTransactionMode',
  'synchronize',
  'dropSchema',
  'namingStrategy',
  'entityPrefix',
  'entitySkipConstructor',
  'metadataTableName',
  'schema',
  'cache',
  'logging',
  'logger',
  'maxQueryExecutionTime',
  'isolationLevel',
  'poolSize',
  'installExtensions',
  'replication',
];

/** How to reach the same database, for a DataSource of our own; of a replicated one its master. */
export function connectionOptionsOf(options: DataSourceOptions): Record<string, unknown> {
  const entries = Object.entries(options).filter(([key]) => !APPLICATION_ONLY.includes(key));
  const { master } = (options as { replication?: { master?: object } }).replication ?? {};
  return { ...Object.fromEntries(entries), ...master };
}
