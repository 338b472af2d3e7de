/** Environments of Python for what is tested with it, under node_modules/.cache. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './libraries.mjs';

const LIMIT_MS = 1_800_000;

/** Runs a program to its end; anything but success is an error. */
export function run(program, args, options = {}) {
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

/**
 * The Python of the environment of this name, with what the file of requirements names. It is made once, and again when the file has changed
 * or the last time was cut off.
 */
export function pythonEnvironment(name, requirementsFile) {
  const requirements = join(root, requirementsFile);
  const environment = join(root, 'node_modules/.cache', name);
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
