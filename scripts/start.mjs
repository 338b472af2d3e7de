/**
 * `npm start`: builds when the build is absent or older than the sources, says what is missing when the SQLite driver
 * was not compiled, then runs the application in this very process, so that a signal reaches it directly.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { libraries, root } from './libraries.mjs';

const main = join(root, 'dist/app/main.js');

/** Debian packages by the program that node-gyp looks for. */
const toolchain = { 'g++': 'g++', make: 'make', python3: 'python3' };

function checkSqliteDriver() {
  try {
    const Database = createRequire(import.meta.url)('better-sqlite3');
    new Database(':memory:').close();
  } catch (error) {
    const onPath = (program) =>
      (process.env.PATH ?? '').split(':').some((folder) => folder !== '' && existsSync(join(folder, program)));
    const missing = Object.keys(toolchain).filter((program) => !onPath(program));
    const packages = missing.map((program) => toolchain[program]).join(' ');
    console.error(`The SQLite driver better-sqlite3 cannot be loaded: ${String(error.message).split('\n')[0]}`);
    console.error(
      missing.length > 0
        ? `It is compiled while installing, which needs ${missing.join(', ')}. On Debian: apt-get install -y ${packages} && npm ci`
        : 'A compiler is there: run npm ci again and read its messages (npm ci --foreground-scripts shows all of them).',
    );
    console.error('Or set DATABASE_URL to a PostgreSQL, MySQL or MariaDB database, which needs no compiler.');
    process.exit(1);
  }
}

function newestIn(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return /\.(spec|e2e-spec)\.ts$/.test(path) ? 0 : stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newestIn(join(path, name))));
}

function isBuilt() {
  const all = libraries();
  const results = [main, ...all.map(({ folder }) => join(folder, 'dist/index.js'))];
  if (!results.every((file) => existsSync(file))) return false;
  const oldest = Math.min(...results.map((file) => statSync(file).mtimeMs));
  const sources = ['src', 'migrations', 'tsconfig.json', 'tsconfig.build.json', 'nest-cli.json'].map((p) =>
    join(root, p),
  );
  sources.push(join(root, 'scripts/build.mjs'), join(root, 'scripts/bundle.mjs'));
  for (const { folder } of all) sources.push(join(folder, 'src'), join(folder, 'package.json'));
  return Math.max(...sources.map(newestIn)) <= oldest;
}

const needsSqlite = !/^(postgres|postgresql|mysql|mariadb):/.test(process.env.DATABASE_URL ?? '');
if (needsSqlite) checkSqliteDriver();
if (!isBuilt()) {
  console.log('Building ...');
  const { status } = spawnSync(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
await import(pathToFileURL(main).href);
