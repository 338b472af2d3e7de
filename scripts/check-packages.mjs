/**
 * Packs every library and looks at the tarball as its user would: publint, no tests or sources beside the build, no path
 * of the machine that built it, exact versions of the sibling libraries, the licence text inside. Then the program
 * `romancy` is installed from its tarball, and run.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { libraries, root } from './libraries.mjs';
import { tryProgram } from './try-program.mjs';

const all = libraries();
const allowed =
  /^(dist\/.+\.(js|js\.map|d\.ts|sql|css|svg|html)|page\/[\w-]+\.(js|css|svg|html)|package\.json|README\.md|LICENSE|CHANGELOG\.md)$/;
const test = /\.(spec|e2e-spec)\.|(^|\/)(test|__tests__|fixtures)\//;
/** Entry points, and what they share. */
const MOST_MODULES = 5;
const folder = mkdtempSync(join(tmpdir(), 'romancy-packages-'));
const problems = [];
const tarballs = {};

for (const library of all) {
  const report = (text) => problems.push(`${library.manifest.name}: ${text}`);
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--pack-destination', folder], {
      cwd: library.folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
  tarballs[library.manifest.name] = join(folder, packed.filename);
  const names = packed.files.map((file) => file.path);
  for (const name of names) {
    if (!allowed.test(name) || test.test(name)) report(`does not belong in the package: ${name}`);
    const text = readFileSync(join(library.folder, name), 'utf8');
    for (const path of [root, `${homedir()}/`]) if (text.includes(path)) report(`${name} names the path ${path}`);
  }
  if (!names.includes('LICENSE')) report('LICENSE is missing');
  // A process pays for each module that it loads, and a class that the bundler renamed would show its new name in logs and errors.
  const modules = names.filter((name) => /^dist\/.+\.js$/.test(name));
  if (modules.length > MOST_MODULES) report(`is built into ${modules.length} modules instead of a few`);
  for (const name of modules) {
    const renamed = readFileSync(join(library.folder, name), 'utf8').match(/\bclass \w+\$\d+\b/g) ?? [];
    if (renamed.length > 0) report(`${name} has classes of one name: ${renamed.join(', ')}`);
    if (!names.includes(`${name}.map`)) continue;
    const { sources } = JSON.parse(readFileSync(join(library.folder, `${name}.map`), 'utf8'));
    const lost = sources.filter((source) => !existsSync(join(library.folder, dirname(name), source)));
    if (lost.length > 0) report(`the map of ${name} leads to sources that are not there: ${lost[0]}`);
  }
  for (const [name, version] of Object.entries(library.manifest.dependencies ?? {})) {
    const sibling = all.find((other) => other.manifest.name === name);
    if (sibling && version !== sibling.manifest.version)
      report(`wants ${name} ${version}, not ${sibling.manifest.version}`);
  }
  const tarball = readFileSync(join(folder, packed.filename));
  const data = tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.byteLength);
  const { messages, pkg } = await publint({ pack: { tarball: data }, strict: true });
  for (const message of messages) {
    const text = formatMessage(message, pkg, { color: false });
    if (message.type === 'suggestion') console.log(`${library.manifest.name}: suggestion: ${text}`);
    else report(text ?? message.code);
  }
  console.log(`${packed.filename}: ${packed.files.length} files, ${Math.ceil(packed.size / 1024)} KB`);
}

const { dependencies, optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
problems.push(...tryProgram(folder, tarballs, { ...dependencies, ...optionalDependencies }));
rmSync(folder, { recursive: true });
if (!existsSync(join(root, 'libs/typeorm/dist/migrations')))
  problems.push('@romancy/typeorm: dist/migrations is missing');
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
