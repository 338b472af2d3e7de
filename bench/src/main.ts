import { writeFileSync } from 'node:fs';
import { readArguments } from './arguments.js';
import type { DatabaseKind } from './database-kind.js';
import { installCost } from './install.js';
import { PeerRun } from './peer-run.js';
import { document } from './report/document.js';
import { summarize, type Measurement } from './report/summary.js';
import { table } from './report/table.js';
import { checkSmoke } from './smoke.js';
import { WORKLOADS } from './workloads/index.js';

const options = readArguments();
const measurements: Measurement[] = [];
/** Why a peer has no figure for a workload. */
const skipped = new Map<string, string>();
let failures = 0;

/** After each measurement, so that a run that is cut off leaves what it has. */
function save(): void {
  if (options.json === undefined) return;
  writeFileSync(options.json, `${JSON.stringify({ results: summarize(measurements) }, null, 2)}\n`);
}

async function measure(run: PeerRun): Promise<void> {
  const { workload, part, setup } = run;
  const name = [workload, part, setup.db, setup.peer].filter((each) => each !== '').join(' ');
  if (skipped.has(name)) return;
  try {
    const report = await run.report(options.sizes);
    if (report.skipped !== undefined) skipped.set(name, report.skipped);
    for (const sample of report.samples) {
      const { db, peer, concurrency } = setup;
      measurements.push({ ...sample, db, peer, concurrency });
    }
    save();
    const values = report.samples.map((sample) => `${sample.workload} ${sample.value.toFixed(2)} ${sample.unit}`);
    process.stderr.write(`${name}: ${report.skipped ?? values.join(', ')}\n`);
  } catch (error) {
    failures += 1;
    process.stderr.write(`${name} failed: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}

for (const workload of options.workloads.filter((each) => each !== 'install')) {
  for (const db of options.databases as readonly DatabaseKind[]) {
    for (const part of Object.keys(WORKLOADS[workload] ?? {})) {
      for (let repetition = 0; repetition < options.repetitions; repetition += 1) {
        // Forwards, then backwards: a machine that grows slower or faster does so for all.
        const peers = repetition % 2 === 0 ? options.peers : [...options.peers].reverse();
        for (const peer of peers) await measure(new PeerRun(workload, part, peer, db, options.concurrency));
      }
    }
  }
}
if (options.workloads.includes('install') && options.peers.includes('romancy') && !options.smoke) {
  for (const sample of await installCost()) measurements.push({ ...sample, db: '-', peer: 'romancy', concurrency: 1 });
}

const results = summarize(measurements);
process.stdout.write(`${table(results)}\n`);
for (const [name, reason] of skipped) process.stdout.write(`${name}: not measured, ${reason}\n`);
save();
if (options.everything) document(results);
if (options.smoke) failures += checkSmoke(results, options);
process.exitCode = failures > 0 ? 1 : 0;
