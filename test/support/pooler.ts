import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from './own-server.js';

const FOLDER = process.env['SERVICES_DIR'] ?? join(tmpdir(), 'romancy-services');
const SCRIPT = fileURLToPath(new URL('../../scripts/services/start-pgbouncer.sh', import.meta.url));
const run = promisify(execFile);

/** A PgBouncer in transaction mode: a server connection is lent for one transaction, and all clients share a few. */
export class Pooler {
  private constructor(
    private readonly port: number,
    private readonly server: string,
  ) {}

  /** @param server URL of a PostgreSQL */
  static async before(server: string): Promise<Pooler> {
    const pooler = new Pooler(await freePort(), server);
    await pooler.#script('start');
    return pooler;
  }

  /** The way to a database through it. */
  to(database: string): string {
    const url = new URL(database);
    url.host = `127.0.0.1:${this.port}`;
    return url.href;
  }

  async remove(): Promise<void> {
    await this.#script('stop');
    await rm(join(FOLDER, `pgbouncer-${this.port}`), { recursive: true, force: true });
  }

  async #script(command: 'start' | 'stop'): Promise<void> {
    const env = { ...process.env, POSTGRES_URL: this.server, PGBOUNCER_PORT: String(this.port), SERVICES_DIR: FOLDER };
    await run(SCRIPT, [command], { env });
  }
}
