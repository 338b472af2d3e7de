import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../src/database/data-source-options.js';

export type DatabaseKind = 'sqlite' | 'postgres' | 'mysql' | 'mariadb';

/** A database that nobody else uses. */
export interface TestDatabase {
  readonly kind: DatabaseKind;
  /** As `DATABASE_URL` takes it. */
  readonly url: string;
  /** A connection beside those of the application. */
  connect(): Promise<DataSource>;
  drop(): Promise<void>;
}

const SERVERS = {
  postgres: process.env['POSTGRES_URL'],
  mysql: process.env['MYSQL_URL'],
  mariadb: process.env['MARIADB_URL'],
} as const;

/** SQLite, and each server whose address the environment names. */
export const databaseKinds: readonly DatabaseKind[] = [
  'sqlite',
  ...(['postgres', 'mysql', 'mariadb'] as const).filter((kind) => SERVERS[kind]),
];

/** @param server where it is made; default the server of the environment */
export async function freshDatabase(kind: DatabaseKind, server?: string): Promise<TestDatabase> {
  return kind === 'sqlite' ? freshFile() : freshSchema(kind, server ?? SERVERS[kind]!);
}

async function freshFile(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'romancy-e2e-'));
  const url = `sqlite:///${join(folder, 'orders.db')}`;
  return { kind: 'sqlite', url, connect: () => connect(url), drop: () => rm(folder, { recursive: true, force: true }) };
}

async function freshSchema(kind: Exclude<DatabaseKind, 'sqlite'>, server: string): Promise<TestDatabase> {
  const name = `orders_e2e_${randomBytes(6).toString('hex')}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  await onServer(server, `CREATE DATABASE ${name}`);
  return {
    kind,
    url: url.href,
    connect: () => connect(url.href),
    drop: () => onServer(server, `DROP DATABASE ${name}${kind === 'postgres' ? ' WITH (FORCE)' : ''}`),
  };
}

function connect(url: string): Promise<DataSource> {
  return new DataSource(dataSourceOptions(url)).initialize();
}

async function onServer(server: string, sql: string): Promise<void> {
  const connection = await connect(server);
  try {
    await connection.query(sql);
  } finally {
    await connection.destroy();
  }
}
