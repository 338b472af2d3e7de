import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { eventually } from '../../support/eventually.js';
import type { TestDatabase } from '../../support/test-databases.js';

const DRIVERS: Readonly<Record<string, string>> = {
  sqlite: 'sqlite+aiosqlite',
  postgres: 'postgresql+asyncpg',
  mysql: 'mysql+aiomysql',
};

/** Runs Edda's viewer on a database; `use` is handed the text of its pages. */
export async function withViewer(
  { kind, url }: TestDatabase,
  use: (page: (path: string) => Promise<string>) => Promise<void>,
): Promise<void> {
  const port = await freePort();
  const program = join(dirname(process.env['EDDA_PYTHON']!), 'edda-viewer');
  const viewer = spawn(program, ['--port', String(port)], {
    env: { ...process.env, EDDA_DB_URL: url.replace(/^\w+/, DRIVERS[kind]!) },
    stdio: 'ignore',
  });
  const ended = once(viewer, 'exit');
  const page = async (path: string): Promise<string> => {
    const response = await fetch(`http://127.0.0.1:${String(port)}${path}`);
    if (response.status !== 200) throw new Error(`${path} is answered ${String(response.status)}.`);
    return response.text();
  };
  try {
    await eventually('the viewer answers', () => page('/').catch(() => undefined), { every: 200, within: 90_000 });
    await use(page);
  } finally {
    viewer.kill('SIGKILL');
    await ended;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
