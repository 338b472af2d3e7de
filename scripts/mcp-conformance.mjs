/**
 * `npm run mcp:conformance`: starts test/mcp-conformance and runs the pinned suite of the protocol over HTTP against it. Fails
 * when a scenario fails, unless baseline.yml lists it with the reason, and when a listed one passes.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './libraries.mjs';
import { withServer } from './server-process.mjs';

const suite = join(root, 'node_modules/@modelcontextprotocol/conformance/dist/index.js');
const shim = join(root, 'scripts/mcp-conformance-shim.mjs');
const baseline = join(root, 'test/mcp-conformance/baseline.yml');
const LIMIT_MS = 600_000;
// the suite writes its results into the working directory
const folder = mkdtempSync(join(tmpdir(), 'romancy-conformance-'));
try {
  await withServer({ program: 'test/mcp-conformance/main.ts', line: /^(http:\S+)$/m }, (url) => {
    const options = ['--url', url, '--suite', 'all', '--expected-failures', baseline, ...process.argv.slice(2)];
    const args = ['--import', shim, suite, 'server', ...options];
    const { status } = spawnSync(process.execPath, args, { cwd: folder, stdio: 'inherit', timeout: LIMIT_MS });
    process.exitCode = status ?? 1;
  });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
