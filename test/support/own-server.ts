import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { DatabaseKind } from './test-databases.js';

export type ServerKind = Exclude<DatabaseKind, 'sqlite'>;

const FOLDER = process.env['SERVICES_DIR'] ?? join(tmpdir(), 'romancy-services');
const PORT_OF = { postgres: 'PG_PORT', mysql: 'MYSQL_PORT', mariadb: 'MARIADB_PORT' } as const;
const run = promisify(execFile);

/** A database server that a test may stop and start as it likes. */
export class OwnServer {
  #url = '';

  private constructor(
    readonly kind: ServerKind,
    private readonly port: number,
  ) {}

  static async start(kind: ServerKind): Promise<OwnServer> {
    const server = new OwnServer(kind, await freePort());
    await server.start();
    return server;
  }

  get url(): string {
    return this.#url;
  }

  async start(): Promise<void> {
    this.#url = await this.#script('start');
  }

  /** As an administrator does: every connection is broken, what is open rolls back. */
  async stop(): Promise<void> {
    await this.#script('stop');
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(join(FOLDER, `${this.kind}-${this.port}`), { recursive: true, force: true });
  }

  async #script(command: 'start' | 'stop'): Promise<string> {
    const script = fileURLToPath(new URL(`../../scripts/services/start-${this.kind}.sh`, import.meta.url));
    const env = { ...process.env, [PORT_OF[this.kind]]: String(this.port), SERVICES_DIR: FOLDER, FAST: '1' };
    const { stdout } = await run(script, [command], { env });
    return stdout.trim();
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
