/**
 * `npm run mcp:conformance`: starts test/mcp-conformance and runs the pinned suite of the protocol over HTTP against it. Fails
 * when a scenario fails, unless baseline.yml lists it with the reason, and when a listed one passes.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './libraries.mjs';

const START_LIMIT_MS = 120_000;
const folder = mkdtempSync(join(tmpdir(), 'romancy-conformance-'));
const program = ['--import', '@swc-node/register/esm-register', 'test/mcp-conformance/main.ts'];
const server = spawn(process.execPath, program, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
const ended = once(server, 'exit');

/** The line that the application prints. Its output stays open: it would die of a pipe that is closed. */
function url() {
  return new Promise((resolve, reject) => {
    let printed = '';
    server.stdout.setEncoding('utf8').on('data', (chunk) => {
      printed += chunk;
      const found = /^http:\S+$/m.exec(printed)?.[0];
      if (found) resolve(found);
    });
    server.once('exit', () => reject(new Error('The application of test/mcp-conformance did not start.')));
  });
}

const limit = setTimeout(() => server.kill('SIGKILL'), START_LIMIT_MS);
try {
  const address = await url();
  clearTimeout(limit);
  const suite = join(root, 'node_modules/@modelcontextprotocol/conformance/dist/index.js');
  const shim = join(root, 'scripts/mcp-conformance-shim.mjs');
  const baseline = join(root, 'test/mcp-conformance/baseline.yml');
  const args = ['--import', shim, suite, 'server', '--url', address, '--suite', 'all', '--expected-failures', baseline];
  const { status } = spawnSync(process.execPath, [...args, ...process.argv.slice(2)], {
    cwd: folder,
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  clearTimeout(limit);
  server.kill('SIGTERM');
  await ended;
  rmSync(folder, { recursive: true, force: true });
}
