/**
 * Completes package-lock.json after `npm install`: node scripts/complete-lock.mjs
 * Packages with native parts name one optional package per platform. npm leaves those of other platforms out of the lock
 * file when it does not get to read them while installing, and `npm ci` then refuses the file as out of step, on every
 * platform. This adds the missing entries with version, os and cpu, which is what npm needs to pass over them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './libraries.mjs';

const file = join(root, 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));
const platform =
  /-(darwin|win32|windows|linux|linuxmusl|android|freebsd|openharmony)-(arm64|arm|x64|ia32|ppc64|s390x|riscv64|loong64)(?:-|$)/;
const osNames = { windows: 'win32', linuxmusl: 'linux' };

/** Where npm would look the name up from the folder of a package, innermost first. */
function isLocked(from, name) {
  const parts = from.split('/node_modules/');
  for (let depth = parts.length; depth >= 0; depth -= 1) {
    const folder = depth === 0 ? '' : `${parts.slice(0, depth).join('/node_modules/')}/`;
    if (lock.packages[`${folder}node_modules/${name}`]) return true;
  }
  return false;
}

let added = 0;
for (const [from, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const match = platform.exec(name);
    if (!match || !/^\d/.test(version) || isLocked(from, name)) continue;
    const [, os, cpu] = match;
    lock.packages[`node_modules/${name}`] = {
      version,
      cpu: [cpu],
      ...(entry.dev ? { dev: true } : {}),
      optional: true,
      os: [osNames[os] ?? os],
    };
    added += 1;
  }
}
const { '': own, ...others } = lock.packages;
const sorted = Object.entries(others).sort(([a], [b]) => a.localeCompare(b, 'en'));
lock.packages = { '': own, ...Object.fromEntries(sorted) };
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} entries added`);
