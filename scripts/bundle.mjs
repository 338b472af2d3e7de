/**
 * Puts a built library together into one file for each of its entry points: a process loads a handful of modules
 * instead of hundreds (docs/decisions/0118-a-library-is-a-few-files.md). The declarations stay as tsc wrote them.
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { rolldown } from 'rolldown';

/** `./dist/x/y.js` of the manifest, as `x/y`. */
function entryPoints({ exports, bin }) {
  const files = [...Object.values(exports).map((target) => target.default), ...Object.values(bin ?? {})];
  return files.filter(Boolean).map((file) => file.replace(/^\.\/dist\//, '').replace(/\.js$/, ''));
}

/** The bundler does not look for the source maps of what it reads. */
const sourceMaps = {
  name: 'source-maps',
  load(file) {
    const map = `${file}.map`;
    return existsSync(map) ? { code: readFileSync(file, 'utf8'), map: JSON.parse(readFileSync(map, 'utf8')) } : null;
  },
};

export async function bundle({ folder, manifest }) {
  const dist = join(folder, 'dist');
  const built = readdirSync(dist, { recursive: true }).filter((file) => /\.js(\.map)?$/.test(file));
  const bundler = await rolldown({
    input: Object.fromEntries(entryPoints(manifest).map((name) => [name, join(dist, `${name}.js`)])),
    platform: 'node',
    external: (id) => !id.startsWith('.') && !isAbsolute(id),
    // Nothing is left out: what a module does when it is loaded, decorators for example, is not for a bundler to judge.
    treeshake: false,
    plugins: [sourceMaps],
  });
  const { output } = await bundler.generate({
    dir: dist,
    format: 'esm',
    sourcemap: true,
    entryFileNames: '[name].js',
    // Beside the entry points, so that a path relative to a module at the sources' root stays right.
    chunkFileNames: '[name].js',
  });
  await bundler.close();
  for (const file of built) rmSync(join(dist, file));
  for (const { fileName, code, source } of output) writeFileSync(join(dist, fileName), code ?? source);
}
