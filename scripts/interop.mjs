/**
 * `npm run interop [-- sqlite|postgres|mysql …]`: this framework and Edda, the real one, on one database: SQLite, PostgreSQL and MySQL, with
 * tables made by either. Edda is installed once, in the version of test/interop/edda/requirements.txt; servers that the environment does not
 * name (POSTGRES_URL, MYSQL_URL) are started. Ours runs from the built packages (the npm script builds them).
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './libraries.mjs';
import { pythonEnvironment, run } from './python-environment.mjs';

const ALL = ['sqlite', 'postgres', 'mysql'];
const named = process.argv.slice(2);
const databases = named.length > 0 ? named : ALL;

/** What `scripts/services/up.sh` says of the servers that it has started. */
function servers() {
  const { status, stdout } = spawnSync(join(root, 'scripts/services/up.sh'), {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error('The database servers did not start.');
  return Object.fromEntries([...stdout.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name, url]) => [name, url]));
}

try {
  const unknown = databases.find((name) => !ALL.includes(name));
  if (unknown) throw new Error(`"${unknown}" is none of ${ALL.join(', ')}.`);
  const missing = databases.some((name) => name !== 'sqlite' && !process.env[`${name.toUpperCase()}_URL`]);
  const env = { ...process.env, ...(missing ? servers() : {}), INTEROP: '1' };
  env.EDDA_PYTHON = pythonEnvironment('edda', 'test/interop/edda/requirements.txt');
  const jest = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
  const files = databases.map((name) => `test/interop/${name}.e2e-spec.ts`);
  // scenarios mostly wait: many at once
  run(process.execPath, [...jest, '--maxConcurrency=20', '--maxWorkers=100%', ...files], { env });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
