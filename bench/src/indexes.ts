/**
 * What each index of the family on instances and history costs on PostgreSQL: workload A with all of them, without each one, and with the lean set,
 * in turns. `node indexes.js [--repetitions 3] [--workflows 2000] [--without lean,idx_history_created]`
 */
import { execFile } from 'node:child_process';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { freshDatabase } from './databases.js';
import type { IndexFigures, IndexRequest } from './index-run.js';
import { familyIndexes } from './sql/family-schema.js';

const execute = promisify(execFile);
const RUN = fileURLToPath(new URL('index-run.js', import.meta.url));
const TABLES: readonly string[] = ['workflow_instances', 'workflow_history'];

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { repetitions: text, workflows: text, without: text } });
const repetitions = Number(values.repetitions ?? 3);
const workflows = Number(values.workflows ?? 2000);
const indexes = familyIndexes('postgres')
  .filter(({ table }) => TABLES.includes(table))
  .map(({ name }) => name);
const variants: readonly (string | null)[] = [null, ...(values.without?.split(',') ?? [...indexes, 'lean'])];
const measured = new Map(variants.map((variant) => [variant, [] as IndexFigures[]]));
const loads = [load()];

for (let repetition = 0; repetition < repetitions; repetition += 1) {
  // Forwards, then backwards: a machine that grows slower or faster does so for all.
  for (const variant of repetition % 2 === 0 ? variants : [...variants].reverse()) {
    const figures = await measure(variant);
    measured.get(variant)?.push(figures);
    process.stderr.write(`${variant ?? 'all'}: ${JSON.stringify(figures)}\n`);
  }
  loads.push(load());
}

const all = middle(null);
process.stdout.write(
  '| without | workflows/s | server CPU, µs/workflow | log, bytes/workflow | indexes, bytes/workflow |\n| --- | --- | --- | --- | --- |\n',
);
for (const variant of variants) {
  const { perSecond, serverCpu, log, indexes: size } = middle(variant);
  const cells = [
    `${perSecond.toFixed(0)} (${change(perSecond, all.perSecond)})`,
    `${serverCpu.toFixed(0)} (${change(serverCpu, all.serverCpu)})`,
    `${log.toFixed(0)} (${change(log, all.log)})`,
    `${size.toFixed(0)} (${change(size, all.indexes)})`,
  ];
  const name = variant === null ? 'none' : variant === 'lean' ? 'the lean set' : `\`${variant}\``;
  process.stdout.write(`| ${[name, ...cells].join(' | ')} |\n`);
}
process.stdout.write(`Medians of ${String(repetitions)} × ${String(workflows)} workflows; load ${loads.join(', ')}.\n`);

async function measure(without: string | null): Promise<IndexFigures> {
  const database = await freshDatabase('postgres');
  try {
    const request: IndexRequest = { url: database.url, without, workflows };
    const { stdout } = await execute(process.execPath, [RUN, JSON.stringify(request)], { timeout: 300_000 });
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as IndexFigures;
  } finally {
    await database.drop();
  }
}

function middle(variant: string | null): IndexFigures {
  const runs = measured.get(variant) ?? [];
  const median = (figure: keyof IndexFigures): number => {
    const sorted = runs.map((run) => run[figure]).sort((a, b) => a - b);
    const half = sorted.length / 2;
    return ((sorted[Math.floor(half)] ?? NaN) + (sorted[Math.ceil(half) - 1] ?? NaN)) / 2;
  };
  return {
    perSecond: median('perSecond'),
    serverCpu: median('serverCpu'),
    log: median('log'),
    indexes: median('indexes'),
  };
}

function change(value: number, base: number): string {
  const percent = Math.round((value / base - 1) * 100);
  return `${percent > 0 ? '+' : ''}${String(percent)} %`;
}

function load(): string {
  return (loadavg()[0] ?? NaN).toFixed(1);
}
