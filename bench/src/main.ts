import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readArguments } from './arguments.js';
import { freshDatabase, type DatabaseKind } from './databases.js';
import { printTable, summarize, type Measurement } from './report.js';
import type { RunReport, RunRequest } from './run.js';

const run = promisify(execFile);
const child = fileURLToPath(new URL('./run.js', import.meta.url));

/** Callers at once in workload A. Each peer gets what suits it best: raw is not quicker above 50 connections. */
function concurrencies(peer: string, db: string): readonly number[] {
  if (peer === 'raw') return [50];
  return db === 'sqlite' ? [100] : [200];
}

async function measure(request: Omit<RunRequest, 'url'>): Promise<RunReport> {
  const database = await freshDatabase(request.db);
  try {
    const { stdout } = await run(process.execPath, [child, JSON.stringify({ ...request, url: database.url })], {
      maxBuffer: 1 << 24,
    });
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as RunReport;
  } finally {
    await database.drop();
  }
}

const options = readArguments();
const measurements: Measurement[] = [];
for (const db of options.databases as readonly DatabaseKind[]) {
  for (const workload of options.workloads) {
    for (let repetition = 0; repetition < options.repetitions; repetition += 1) {
      // Forwards, then backwards: a machine that grows slower or faster does so for all.
      const peers = repetition % 2 === 0 ? options.peers : [...options.peers].reverse();
      for (const peer of peers) {
        for (const concurrency of workload === 'A' ? concurrencies(peer, db) : [1]) {
          const { workflows, rounds } = options;
          const report = await measure({ peer, db, workload, concurrency, workflows, rounds });
          measurements.push({ workload, db, peer, concurrency, ...report });
          process.stderr.write(`${workload} ${db} ${peer} c=${String(concurrency)}: ${report.value.toFixed(2)}\n`);
        }
      }
    }
  }
}
const results = summarize(measurements);
printTable(results);
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ results }, null, 2)}\n`);
