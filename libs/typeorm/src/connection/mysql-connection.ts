import { DataSource, type DataSourceOptions } from 'typeorm';
import type { Dialect } from '../dialect/dialect.js';
import { mysqlDialect } from '../dialect/mysql.dialect.js';
import { DriverError } from '../errors/driver-error.js';
import type { StorageSettings } from '../storage-options.js';
import type { Application, Backend } from './backend.js';
import { connectionOptionsOf } from './engine-options.js';
import { loadDriver } from './load-driver.js';
import { DEFAULT_POOL, LIVENESS_CONNECTIONS, openServer } from './open-server.js';

type MysqlOptions = Extract<DataSourceOptions, { type: 'mysql' | 'mariadb' }>;

interface Connection {
  query(text: string, done: (error: unknown) => void): void;
}

interface Pool {
  on(event: 'connection', listener: (connection: Connection) => void): void;
}

interface MysqlModule {
  createPool(options: unknown): Pool;
}

const UTC = `SET SESSION time_zone = '+00:00'`;
const READ_COMMITTED = 'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED';
// A server that is not strict would cut what is too long; one with NO_BACKSLASH_ESCAPES reads escaped texts wrongly.
const STRICT = `SET SESSION sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO'`;
const SHORT_WAITS = 'SET SESSION innodb_lock_wait_timeout = 5, lock_wait_timeout = 60';

export async function mysqlApplication(options: MysqlOptions, settings: StorageSettings): Promise<DataSource> {
  const dataSource = new DataSource({
    timezone: 'Z',
    poolSize: settings.applicationPoolSize ?? 10,
    ...options,
    driver: settingUp(options.driver ?? (await loadDriver('mysql2')), [UTC, READ_COMMITTED]),
  });
  return dataSource.initialize();
}

export async function connectMysql(application: Application, settings: StorageSettings): Promise<Backend> {
  const options = application.dataSource.options as MysqlOptions;
  const driver = settingUp(options.driver ?? (await loadDriver('mysql2')), [UTC, READ_COMMITTED, STRICT, SHORT_WAITS]);
  const poolSize = (settings.poolSize ?? DEFAULT_POOL) + LIVENESS_CONNECTIONS;
  // Whatever the application says in `extra` about its own pool and values does not hold for this one.
  const own = { timezone: 'Z', dateStrings: true, multipleStatements: true, namedPlaceholders: false };
  return openServer(application, settings, {
    dialectOf,
    engineOptions: {
      ...(connectionOptionsOf(options) as unknown as MysqlOptions),
      driver,
      poolSize,
      extra: { ...(options.extra as object | undefined), ...own, connectionLimit: poolSize },
    },
  });
}

/** The driver, whose pools run these statements on each new connection before anything else. */
function settingUp(driver: unknown, statements: readonly string[]): MysqlModule {
  const mysql = driver as MysqlModule;
  return Object.assign(Object.create(mysql) as MysqlModule, {
    createPool: (options: unknown) => {
      const pool = mysql.createPool(options);
      pool.on('connection', (connection) => {
        // A connection that fails here fails its first query as well, where the error is handled.
        for (const statement of statements) connection.query(statement, () => undefined);
      });
      return pool;
    },
  });
}

/** What the server is, whatever the URL calls it. */
async function dialectOf(engine: DataSource): Promise<Dialect> {
  const [row] = await engine.query<{ version: string; packet: unknown }[]>(
    'SELECT VERSION() AS version, @@max_allowed_packet AS packet',
  );
  const version = row?.version ?? '';
  const mariadb = /mariadb/i.test(version);
  const [major = 0, minor = 0] = version
    .replace(/^5\.5\.5-/, '')
    .split('.')
    .map((part) => Number.parseInt(part, 10));
  const supported = mariadb ? major > 10 || (major === 10 && minor >= 6) : major >= 8;
  if (!supported) {
    throw new DriverError(
      `The server is ${version}; MySQL 8.0 or MariaDB 10.6 (for SKIP LOCKED) is the oldest that works.`,
    );
  }
  return mysqlDialect(mariadb ? 'mariadb' : 'mysql', Number(row?.packet), await comparesWrites(engine));
}

/** A node of Galera, or of a group with several primaries. Servers that are neither do not know these variables. */
async function comparesWrites(engine: DataSource): Promise<boolean> {
  const rows = await engine.query<{ name: string; value: string }[]>(
    `SHOW VARIABLES WHERE (Variable_name = 'wsrep_on' AND Value = 'ON')` +
      ` OR (Variable_name = 'group_replication_single_primary_mode' AND Value = 'OFF')`,
  );
  return rows.length > 0;
}
