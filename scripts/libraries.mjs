/**
 * The libraries of the workspace in build order (a library after the libraries that it depends on), read from their
 * package.json files, so that no script keeps a list of its own.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

export function libraries() {
  const found = readdirSync(join(root, 'libs'))
    .filter((name) => existsSync(join(root, 'libs', name, 'package.json')))
    .map((name) => {
      const folder = join(root, 'libs', name);
      return { name, folder, manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) };
    });
  const needs = (library) => Object.keys({ ...library.manifest.dependencies, ...library.manifest.peerDependencies });
  const ordered = [];
  const place = (library, path) => {
    if (ordered.includes(library)) return;
    if (path.includes(library)) throw new Error(`libraries need each other: ${path.map((l) => l.name).join(' -> ')}`);
    for (const other of found.filter((o) => needs(library).includes(o.manifest.name))) place(other, [...path, library]);
    ordered.push(library);
  };
  for (const library of found) place(library, []);
  return ordered;
}
