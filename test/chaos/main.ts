/** `npm run chaos -- --seconds 60 --db postgres|mysql|mariadb|sqlite|galera [--seed 17] [--workers 3]`: the last line is the summary. */
import 'reflect-metadata';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChaos } from './chaos-run.js';
import { chaosOptions } from './options.js';

const options = chaosOptions(process.argv.slice(2));
console.log(`chaos on ${options.database} for ${options.seconds} s, --seed ${options.seed}`);
const { findings, figures, outputs } = await runChaos(options);

const counted = Object.fromEntries(Object.entries(findings).map(([name, found]) => [name, found.length]));
const ok = Object.values(counted).every((count) => count === 0);
if (!ok) {
  const file = join(await mkdtemp(join(tmpdir(), 'romancy-chaos-')), 'output.log');
  await writeFile(file, outputs.join('\n--- next process\n'));
  console.log(JSON.stringify(findings, undefined, 2));
  console.log(`What the processes have printed: ${file}`);
}
console.log(JSON.stringify({ ok, ...options, ...counted, ...figures }));
process.exitCode = ok ? 0 : 1;
