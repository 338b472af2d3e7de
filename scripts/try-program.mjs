/**
 * The program `romancy` as its user gets it: its tarball and those that it needs in a fresh folder, and a few commands on a
 * file of SQLite. Answers what is wrong.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './libraries.mjs';

const WANTED = ['@romancy/core', '@romancy/typeorm', '@romancy/cli'];

/**
 * @param {string} parent where the folder is made
 * @param {Record<string, string>} tarballs by the name of the package
 * @param {Record<string, string>} versions of packages of others, as the workspace has them
 */
export function tryProgram(parent, tarballs, versions) {
  const folder = join(parent, 'program');
  mkdirSync(folder);
  const own = Object.fromEntries(WANTED.map((name) => [name, `file:${tarballs[name]}`]));
  const others = Object.fromEntries(['typeorm', 'better-sqlite3'].map((name) => [name, versions[name]]));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: { ...own, ...others } }));
  const run = (program, ...args) => spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
  const installed = run('npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund');
  if (installed.status !== 0) return [`@romancy/cli cannot be installed: ${installed.stderr}`];
  // The driver was compiled for the workspace; once more would take a minute.
  const driver = 'node_modules/better-sqlite3/build';
  if (existsSync(join(root, driver))) cpSync(join(root, driver), join(folder, driver), { recursive: true });

  const problems = [];
  const romancy = (args, status, output) => {
    const ran = run(join(folder, 'node_modules/.bin/romancy'), ...args);
    if (ran.status === status && output.test(ran.stdout + ran.stderr)) return;
    problems.push(`romancy ${args.join(' ')} exited with ${ran.status}: ${ran.stdout}${ran.stderr}`);
  };
  romancy(['--version'], 0, /^\d+\.\d+\.\d+/);
  romancy(['nonsense'], 2, /unknown command/);
  romancy(['migrate', 'print', '--dialect', 'mysql'], 0, /CREATE TABLE IF NOT EXISTS workflow_instances/);
  romancy(['list', '--db', 'shop.db'], 3, /There is no database file/);
  romancy(['migrate', 'up', '--db', 'shop.db'], 0, /applied \d+_initial_schema\.sql/);
  romancy(['--db', 'shop.db', 'list', '--json'], 0, /"instances": \[\]/);
  romancy(['get', 'nobody', '--db', 'shop.db'], 4, /There is no instance nobody/);
  romancy(['replay', 'x.json', '--app', 'x.js', '--db', 'shop.db'], 4, /There is no file or folder/);
  const script =
    'source <(node_modules/.bin/romancy completion bash); COMP_WORDS=(romancy migrate ""); COMP_CWORD=2; _romancy; echo "${COMPREPLY[@]}"';
  const completed = run('bash', '-c', script);
  if (!/\bup\b.*\bstatus\b/.test(completed.stdout))
    problems.push(`bash completes nothing: ${completed.stdout}${completed.stderr}`);
  return problems;
}
