/** One repetition of one part of a workload with one peer, in a process of its own: prints a line of JSON. */
import { type Bench, type Sample } from './bench.js';
import { NotApplicableError } from './not-applicable.error.js';
import type { Peer, PeerSetup } from './peer.js';
import { openPeer } from './peers/open.js';
import type { Sizes } from './sizes.js';
import { WorkerProcess } from './worker-process.js';
import { WORKLOADS } from './workloads/index.js';

export interface RunRequest {
  readonly setup: PeerSetup;
  readonly workload: string;
  readonly part: string;
  readonly sizes: Sizes;
}

export interface RunReport {
  readonly samples: readonly Sample[];
  /** Why nothing was measured. */
  readonly skipped?: string;
}

const { setup, workload, part, sizes } = JSON.parse(process.argv[2] ?? '{}') as RunRequest;
const own: PeerSetup = { ...setup, clientOnly: part === 'across' && setup.peer === 'romancy' };
let opened: Promise<Peer> | undefined;

async function open(): Promise<Peer> {
  const peer = await openPeer(own);
  const reason = peer.unsuitable?.[workload];
  if (reason !== undefined) throw new NotApplicableError(reason);
  return peer;
}

const bench: Bench = {
  setup: own,
  sizes,
  peer: () => (opened ??= open()),
  worker: () => WorkerProcess.start(setup),
};

async function measure(): Promise<RunReport> {
  const run = WORKLOADS[workload]?.[part];
  if (!run) throw new Error(`There is no workload ${workload} ${part}.`);
  try {
    return { samples: await run(bench) };
  } catch (error) {
    if (error instanceof NotApplicableError) return { samples: [], skipped: error.message };
    throw error;
  }
}

const report = await measure();
await opened?.then(
  (peer) => peer.close(),
  () => undefined,
);
process.stdout.write(`${JSON.stringify(report)}\n`);
process.exit(0);
