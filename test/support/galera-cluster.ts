import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const FOLDER = process.env['SERVICES_DIR'] ?? join(tmpdir(), 'romancy-services');
const SCRIPT = fileURLToPath(new URL('../../scripts/services/start-galera.sh', import.meta.url));
/** Beside the cluster that the script starts by itself. */
const PORT = '23610';
const run = promisify(execFile);

/** Three MariaDB servers that hold the same data, each of which takes writes. A test may kill them as it likes. */
export class GaleraCluster {
  private constructor(
    /** Addresses of the nodes, in the order of their numbers. */
    readonly urls: readonly string[],
  ) {}

  static async start(): Promise<GaleraCluster> {
    // What a run that was cut off has left may be a minority that waits for the others.
    await clear();
    return new GaleraCluster((await script('start')).split(','));
  }

  /** As a power cut. */
  async kill(node: number): Promise<void> {
    await script('kill', String(node));
  }

  /** Brings the nodes back that are down; resolves when they have what the others have. */
  async complete(): Promise<void> {
    await script('start');
  }

  remove(): Promise<void> {
    return clear();
  }
}

async function clear(): Promise<void> {
  await script('stop');
  await rm(join(FOLDER, `galera-${PORT}`), { recursive: true, force: true });
}

async function script(...args: readonly string[]): Promise<string> {
  const env = { ...process.env, GALERA_PORT: PORT, SERVICES_DIR: FOLDER, FAST: '1' };
  const { stdout } = await run(SCRIPT, args, { env });
  return stdout.trim();
}
