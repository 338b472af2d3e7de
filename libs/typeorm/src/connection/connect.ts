import { DriverError } from '../errors/driver-error.js';
import type { TypeOrmStorageOptions } from '../storage-options.js';
import type { Application, Backend } from './backend.js';
import { connectMysql, mysqlApplication } from './mysql-connection.js';
import { connectPostgres, postgresApplication } from './postgres-connection.js';
import { connectSqlite, sqliteApplication } from './sqlite-connection.js';
import { parseDatabaseUrl } from './database-url.js';

const SUPPORTED = ['better-sqlite3', 'expo', 'postgres', 'mysql', 'mariadb'];

/** Opens the application's DataSource where it is not open yet, and the engine's own beside it. */
export async function connect(options: TypeOrmStorageOptions): Promise<Backend> {
  const application = await openApplication(options);
  try {
    switch (application.dataSource.options.type) {
      case 'better-sqlite3':
      case 'expo':
        return await connectSqlite(application, options);
      case 'postgres':
        return await connectPostgres(application, options);
      default:
        return await connectMysql(application, options);
    }
  } catch (error) {
    if (application.opened && application.dataSource.isInitialized) await application.dataSource.destroy();
    throw error;
  }
}

async function openApplication(options: TypeOrmStorageOptions): Promise<Application> {
  const { dataSource } = options;
  if (dataSource !== undefined) {
    assertSupported(dataSource.options.type);
    if (dataSource.isInitialized) return { dataSource, made: false, opened: false };
    await dataSource.initialize();
    return { dataSource, made: false, opened: true };
  }
  if (typeof options.database === 'string') {
    const target = parseDatabaseUrl(options.database);
    if (target.kind !== 'sqlite' && options.driver !== undefined) {
      throw new DriverError('The setting driver chooses between the packages for SQLite; a server has one driver.');
    }
    switch (target.kind) {
      case 'sqlite':
        return { dataSource: await sqliteApplication({ file: target.file }, options), made: true, opened: true };
      case 'postgres':
        return {
          dataSource: await postgresApplication({ type: 'postgres', url: target.url }, options),
          made: true,
          opened: true,
        };
      case 'mysql':
      case 'mariadb':
        return {
          dataSource: await mysqlApplication({ type: target.kind, url: target.url }, options),
          made: true,
          opened: true,
        };
    }
  }
  const given = options.database;
  assertSupported(given.type);
  switch (given.type) {
    case 'better-sqlite3':
    case 'expo':
      return { dataSource: await sqliteApplication({ options: given }, options), made: true, opened: true };
    case 'postgres':
      return { dataSource: await postgresApplication(given, options), made: true, opened: true };
    case 'mysql':
    case 'mariadb':
      return { dataSource: await mysqlApplication(given, options), made: true, opened: true };
    default:
      throw new DriverError(`DataSources of the type ${given.type} are not supported.`);
  }
}

function assertSupported(type: string): void {
  if (SUPPORTED.includes(type)) return;
  throw new DriverError(`DataSources of the type "${type}" are not supported; use one of: ${SUPPORTED.join(', ')}.`);
}
