/**
 * Lets the suite load on Node 20: one of its commands, which is not used here, imports `globSync` of `fs`, which came with
 * Node 22, and a name that a module does not export fails the whole import.
 */
import fs from 'node:fs';
import { register } from 'node:module';

const names = Object.keys(fs).filter((name) => name !== 'default' && name !== 'globSync');
const source = `import fs from 'node:fs'; export default fs; export const { ${names.join(', ')}, globSync } = fs;`;
const shim = `data:text/javascript,${encodeURIComponent(source)}`;
const hooks = `
export async function resolve(name, context, next) {
  const isSuite = /conformance[/]dist[/]index[.]js$/.test(context.parentURL ?? '');
  return name === 'fs' && isSuite ? { url: ${JSON.stringify(shim)}, shortCircuit: true } : next(name, context);
}`;

if (!('globSync' in fs)) register(`data:text/javascript,${encodeURIComponent(hooks)}`);
