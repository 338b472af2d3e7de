/**
 * Builds the libraries in the order of their dependencies, then the application. Each library is compiled against the
 * built declarations of the others, as a user of the packages would be, and put together into a few files. The SQL
 * migrations have one source, /migrations; the package gets its copy here, in dist/migrations/<dialect>/.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from './bundle.mjs';
import { libraries, root } from './libraries.mjs';

function nestBuild(...args) {
  const cli = join(root, 'node_modules/@nestjs/cli/bin/nest.js');
  const { status } = spawnSync(process.execPath, [cli, 'build', ...args], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

function copyMigrations() {
  const source = join(root, 'migrations');
  for (const dialect of readdirSync(source, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
    cpSync(join(source, dialect.name), join(root, 'libs/typeorm/dist/migrations', dialect.name), { recursive: true });
  }
}

for (const library of libraries()) {
  nestBuild(library.name);
  await bundle(library);
}
if (existsSync(join(root, 'migrations'))) copyMigrations();
nestBuild();
