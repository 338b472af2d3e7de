/** One repetition of one peer, in a process of its own: `node run.js '{"peer":…,"db":…,"url":…,"workload":…,…}'` prints a line of JSON. */
import type { DatabaseKind } from './databases.js';
import { latencies, percentile, throughput } from './measure.js';
import { rawPeer } from './peers/raw.js';
import { romancyPeer } from './peers/romancy.js';

export interface RunRequest {
  readonly peer: string;
  readonly db: DatabaseKind;
  readonly url: string;
  readonly workload: string;
  readonly concurrency: number;
  readonly workflows: number;
  readonly rounds: number;
}

export interface RunReport {
  readonly value: number;
  readonly p95: number | null;
}

const request = JSON.parse(process.argv[2] ?? '{}') as RunRequest;
const { db, url, concurrency } = request;
const peer = request.peer === 'raw' ? await rawPeer(db, url, concurrency) : await romancyPeer(db, url);
let report: RunReport;
if (request.workload === 'A') {
  report = { value: await throughput(peer, request.workflows, concurrency), p95: null };
} else {
  const sorted = await latencies(peer, request.rounds);
  report = { value: percentile(sorted, 0.5), p95: percentile(sorted, 0.95) };
}
process.stdout.write(`${JSON.stringify(report)}\n`);
await peer.close();
process.exit(0);
