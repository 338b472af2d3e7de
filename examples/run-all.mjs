/** `npm run examples`: runs every example that is a program of its own, and fails when one of them does. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const programs = readdirSync(here).filter((name) => existsSync(`${here}/${name}/main.ts`));
const failed = programs.filter((name) => {
  console.log(`\n== ${name}`);
  const args = ['--import', '@swc-node/register/esm-register', `${here}/${name}/main.ts`];
  return spawnSync(process.execPath, args, { stdio: 'inherit', cwd: `${here}/..` }).status !== 0;
});
console.log(failed.length > 0 ? `\nfailed: ${failed.join(', ')}` : `\n${programs.length} examples, all as expected`);
process.exitCode = failed.length > 0 ? 1 : 0;
