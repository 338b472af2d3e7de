import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const SCRIPT = fileURLToPath(new URL('../../scripts/services/start-postgres.sh', import.meta.url));
const run = promisify(execFile);

/** A PostgreSQL server that a test may stop and start as it likes. */
export class OwnPostgres {
  private constructor(
    private readonly folder: string,
    private readonly port: number,
  ) {}

  static async start(): Promise<OwnPostgres> {
    const folder = await mkdtemp(join(tmpdir(), 'romancy-pg-'));
    // The server runs as a user of its own.
    await chmod(folder, 0o755);
    const server = new OwnPostgres(folder, await freePort());
    await server.start();
    return server;
  }

  get url(): string {
    return `postgres://postgres:postgres@127.0.0.1:${this.port}/romancy`;
  }

  start(): Promise<void> {
    return this.#script('start');
  }

  /** As an administrator does: every connection is broken, what is open rolls back. */
  stop(): Promise<void> {
    return this.#script('stop');
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  async #script(command: 'start' | 'stop'): Promise<void> {
    const env = { ...process.env, PG_PORT: String(this.port), SERVICES_DIR: this.folder, FAST: '1' };
    await run(SCRIPT, [command], { env });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
