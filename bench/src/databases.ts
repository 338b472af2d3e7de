import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DatabaseKind } from './database-kind.js';
import { execute } from './sql/connection.js';

export interface FreshDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** Servers of their own, with durable settings: those of the tests run relaxed. */
const SERVERS: Record<Exclude<DatabaseKind, 'sqlite'>, { script: string; env: Record<string, string> }> = {
  postgres: { script: 'start-postgres.sh', env: { PG_PORT: '55533', FAST: '0' } },
  mysql: { script: 'start-mysql.sh', env: { MYSQL_PORT: '53406', FAST: '0' } },
  mariadb: { script: 'start-mariadb.sh', env: { MARIADB_PORT: '53407', FAST: '0' } },
};

const scripts = fileURLToPath(new URL('../../scripts/services/', import.meta.url));
let databases = 0;

/** An empty database that nothing else uses. Starts the server where it does not run yet. */
export async function freshDatabase(kind: DatabaseKind): Promise<FreshDatabase> {
  if (kind === 'sqlite') {
    const folder = mkdtempSync(join(tmpdir(), 'romancy-bench-'));
    const drop = (): Promise<void> => {
      rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    };
    return { url: `sqlite:///${join(folder, 'bench.db')}`, drop };
  }
  const server = serverUrl(kind);
  databases += 1;
  const name = `bench_${String(process.pid)}_${String(databases)}`;
  await execute(kind, server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => execute(kind, server, `DROP DATABASE ${name}`) };
}

function serverUrl(kind: Exclude<DatabaseKind, 'sqlite'>): string {
  const configured = process.env[`BENCH_${kind.toUpperCase()}_URL`];
  if (configured !== undefined) return configured;
  const { script, env } = SERVERS[kind];
  return execFileSync('bash', [join(scripts, script)], { env: { ...process.env, ...env }, encoding: 'utf8' }).trim();
}
