import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TypeOrmStorage, type StorageSettings } from '@romancy/typeorm';
import { DataSource, type DataSourceOptions } from 'typeorm';

export type DatabaseName = 'sqlite' | 'sqlite3' | 'postgres' | 'mysql' | 'mariadb';

/** A database of its own, empty at first. */
export interface TestDatabase {
  readonly name: DatabaseName;
  readonly url: string;
  /** Settings without which the URL does not mean this database. */
  readonly settings: StorageSettings;
  /** A DataSource of an application on it. */
  dataSourceOptions(more?: object): DataSourceOptions;
  drop(): Promise<void>;
}

const SERVERS = {
  postgres: process.env['POSTGRES_URL'],
  mysql: process.env['MYSQL_URL'],
  mariadb: process.env['MARIADB_URL'],
} as const;

/** The databases that can be tested here: SQLite always, the servers where their URL is in the environment. */
export const DATABASES: readonly DatabaseName[] = [
  'sqlite',
  'sqlite3',
  ...(['postgres', 'mysql', 'mariadb'] as const).filter((name) => SERVERS[name] !== undefined),
];

/** Those among them that are servers. */
export const SERVER_NAMES = DATABASES.filter((name) => name !== 'sqlite' && name !== 'sqlite3');

/** Servers that are left out, with the reason, for the title of a suite. */
export const ABSENT = (['postgres', 'mysql', 'mariadb'] as const)
  .filter((name) => SERVERS[name] === undefined)
  .map((name) => `${name} (${name.toUpperCase()}_URL is not set)`);

export async function createDatabase(name: DatabaseName): Promise<TestDatabase> {
  return name === 'sqlite' || name === 'sqlite3' ? createFile(name) : createOnServer(name);
}

async function createFile(name: 'sqlite' | 'sqlite3'): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'romancy-'));
  const file = join(folder, 'test.db');
  return {
    name,
    url: `sqlite:///${file}`,
    settings: name === 'sqlite3' ? { driver: 'sqlite3' } : {},
    dataSourceOptions: (more) => ({ type: 'better-sqlite3', database: file, ...more }),
    drop: () => rm(folder, { recursive: true, force: true }),
  };
}

async function createOnServer(name: 'postgres' | 'mysql' | 'mariadb'): Promise<TestDatabase> {
  const server = SERVERS[name];
  if (server === undefined) throw new Error(`${name.toUpperCase()}_URL is not set.`);
  const database = `romancy_${randomBytes(6).toString('hex')}`;
  await administrate(name, server, `CREATE DATABASE ${database}`);
  const url = new URL(server);
  url.pathname = `/${database}`;
  return {
    name,
    url: url.href,
    settings: {},
    dataSourceOptions: (more) => ({ type: name, url: url.href, ...more }),
    drop: () => administrate(name, server, `DROP DATABASE ${database}${name === 'postgres' ? ' WITH (FORCE)' : ''}`),
  };
}

async function administrate(type: 'postgres' | 'mysql' | 'mariadb', url: string, statement: string): Promise<void> {
  const admin = await new DataSource({ type, url }).initialize();
  try {
    await admin.query(statement);
  } finally {
    await admin.destroy();
  }
}

/** An open storage on it. */
export async function openStorage(database: TestDatabase, settings: StorageSettings = {}): Promise<TypeOrmStorage> {
  const storage = new TypeOrmStorage({ database: database.url, ...database.settings, ...settings });
  await storage.open();
  return storage;
}
