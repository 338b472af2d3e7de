/**
 * `npm run mcp:python`: the example application through the client that Python has, over HTTP and over stdio. The client is installed
 * once, in an environment of its own under node_modules/.cache, in the version of test/mcp-python/requirements.txt.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './libraries.mjs';
import { fromSources, withServer } from './server-process.mjs';

const requirements = join(root, 'test/mcp-python/requirements.txt');
const client = join(root, 'test/mcp-python/client.py');
const LIMIT_MS = 600_000;
const folder = mkdtempSync(join(tmpdir(), 'romancy-mcp-python-'));

function run(program, args, options = {}) {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: 'inherit', timeout: LIMIT_MS, ...options });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ${args.slice(0, 3).join(' ')} ended with ${status}.`);
}

/** Debian has the module that makes environments in a package of its own. */
function makeEnvironment(environment) {
  const make = () => run('python3', ['-m', 'venv', '--clear', environment]);
  try {
    make();
  } catch (error) {
    if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) throw error;
    run('apt-get', ['-qq', 'update']);
    run('apt-get', ['-qq', '-y', '--no-install-recommends', 'install', 'python3-venv']);
    make();
  }
}

/** The Python of an environment that has the client; made again when another version is wanted or the last time was cut off. */
function python() {
  const environment = join(root, 'node_modules/.cache/mcp-python');
  const marker = join(environment, 'installed');
  const wanted = readFileSync(requirements, 'utf8');
  const program = join(environment, 'bin/python');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return program;
  mkdirSync(join(root, 'node_modules/.cache'), { recursive: true });
  makeEnvironment(environment);
  run(program, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements]);
  writeFileSync(marker, wanted);
  return program;
}

try {
  const program = python();
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
