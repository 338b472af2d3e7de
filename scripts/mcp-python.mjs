/**
 * `npm run mcp:python`: the example application through the client that Python has, over HTTP and over stdio. The client is installed
 * once, in an environment of its own under node_modules/.cache, in the version of test/mcp-python/requirements.txt.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './libraries.mjs';
import { pythonEnvironment, run } from './python-environment.mjs';
import { fromSources, withServer } from './server-process.mjs';

const client = join(root, 'test/mcp-python/client.py');
const folder = mkdtempSync(join(tmpdir(), 'romancy-mcp-python-'));

try {
  const program = pythonEnvironment('mcp-python', 'test/mcp-python/requirements.txt');
  const env = { PORT: '0', DATABASE_URL: join(folder, 'http.db') };
  await withServer({ program: 'src/main.ts', line: /Listening on (http:\S+)/, env }, (url) => {
    run(program, [client, `${url}/mcp`]);
  });
  console.log('The Python client over HTTP: as expected');
  // the client hands few variables of its own environment on to the program that it starts
  const start = [
    'env',
    `DATABASE_URL=${join(folder, 'stdio.db')}`,
    process.execPath,
    ...fromSources,
    'src/main.mcp.ts',
  ];
  run(program, [client, '--', ...start]);
  console.log('The Python client over stdio: as expected');
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
