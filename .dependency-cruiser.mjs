/**
 * The layers of docs and of the package graph, checked on the sources (type imports count too).
 *   core <- typeorm <- nestjs <- { testing, and later the optional libraries }
 */
import { readdirSync, readFileSync } from 'node:fs';

const here = new URL('.', import.meta.url);
const tests = '\\.(spec|e2e-spec)\\.ts$|^libs/[^/]+/test/';

/** Sources that a library declares as entry points: `./dist/x.js` of its exports is built from `src/x.ts`. */
const entries = readdirSync(new URL('libs/', here)).flatMap((library) => {
  const manifest = JSON.parse(readFileSync(new URL(`libs/${library}/package.json`, here), 'utf8'));
  return Object.values(manifest.exports ?? {})
    .map((target) => (typeof target === 'string' ? target : target.default))
    .filter((target) => target.endsWith('.js'))
    .map((target) => `^libs/${library}/${target.replace(/^\.\/dist\//, 'src/').replace(/\.js$/, '\\.ts$')}`);
});

/** A library and the libraries that it may import. Whatever is not named here may use all of the first four. */
const layers = {
  core: [],
  typeorm: ['core'],
  nestjs: ['core', 'typeorm'],
  testing: ['core', 'typeorm', 'nestjs'],
  cli: ['core', 'typeorm', 'testing'],
};
const optional = readdirSync(new URL('libs/', here)).filter((library) => !(library in layers));
for (const library of optional) layers[library] = ['core', 'typeorm', 'nestjs'];

const layerRules = Object.entries(layers).map(([library, allowed]) => ({
  name: `layer-${library}`,
  comment: `${library} may import ${allowed.length > 0 ? allowed.join(', ') : 'no other library'}; arrows never point back`,
  severity: 'error',
  from: { path: `^libs/${library}/src/`, pathNot: tests },
  to: { path: '^(libs|src|test|bench|examples)/', pathNot: `^libs/(${[library, ...allowed].join('|')})/` },
}));

export default {
  forbidden: [
    ...layerRules,
    {
      name: 'core-is-free-of-packages',
      comment: 'core knows no framework, ORM, driver or other package: it is plain TypeScript',
      severity: 'error',
      from: { path: '^libs/core/src/', pathNot: tests },
      to: {
        path: 'node_modules|^(@nestjs|typeorm|pg|mysql2|better-sqlite3|sqlite3|cloudevents|rxjs|reflect-metadata)',
      },
    },
    {
      name: 'core-does-no-input-or-output',
      comment: 'HTTP, sockets, files, processes and threads belong behind a port',
      severity: 'error',
      from: { path: '^libs/core/src/', pathNot: tests },
      to: {
        path: '^(node:)?(http|https|http2|net|tls|dgram|dns|fs|child_process|cluster|worker_threads|sqlite)(/|$)',
        dependencyTypes: ['core'],
      },
    },
    {
      name: 'replay-is-pure',
      comment: 'replay is a state machine: what it needs is handed to it, what it wants is a command',
      severity: 'error',
      from: { path: '^libs/core/src/replay/', pathNot: tests },
      to: { path: '^libs/core/src/(runtime|ports|messaging|outbox|loops)/' },
    },
    {
      name: 'through-the-root',
      comment: 'a library is imported through its root or a declared subpath, never by a file inside it',
      severity: 'error',
      from: { path: '^libs/([^/]+)/' },
      to: { path: '^libs/', pathNot: ['^libs/$1/', ...entries] },
    },
    {
      name: 'through-the-root-from-outside',
      comment: 'as through-the-root, for the application, the tests, the benchmarks and the examples',
      severity: 'error',
      from: { pathNot: '^libs/' },
      to: { path: '^libs/', pathNot: entries },
    },
    {
      name: 'by-its-name',
      comment: "write '@romancy/core', not a relative path into the neighbour",
      severity: 'error',
      from: { path: '^libs/([^/]+)/' },
      to: { path: '^libs/', pathNot: '^libs/$1/', dependencyTypesNot: ['aliased'] },
    },
    {
      name: 'by-its-name-from-outside',
      comment: "write '@romancy/core', not a relative path into the library",
      severity: 'error',
      from: { pathNot: '^libs/' },
      to: { path: '^libs/', dependencyTypesNot: ['aliased'] },
    },
    {
      name: 'declared-packages',
      comment: 'a library names each package that it imports in its own package.json, not as a development dependency',
      severity: 'error',
      from: { path: '^libs/[^/]+/src/', pathNot: tests },
      to: {
        dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'],
        dependencyTypesNot: ['npm-peer'],
        pathNot: '^libs/',
      },
    },
    {
      name: 'no-tests-in-sources',
      comment: 'a source never imports a test',
      severity: 'error',
      from: { pathNot: `${tests}|^test/` },
      to: { path: `${tests}|^test/` },
    },
    {
      name: 'no-cycles',
      comment: 'a cycle is one unit written as several files',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      comment:
        'every import names something that exists; the other engines of the benchmark are installed in its folder, for a measurement only',
      severity: 'error',
      from: { pathNot: '^bench/peers/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|coverage|reports)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
  },
};
