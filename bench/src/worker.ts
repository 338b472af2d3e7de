/** A peer in a process of its own that its parent calls: `node worker.js '{"peer":…,"db":…,"url":…,"concurrency":…}'`. */
import { inLanes } from './lanes.js';
import { expectedSum, type Peer, type PeerSetup } from './peer.js';
import { openPeer } from './peers/open.js';

export type WorkerMethod = Exclude<keyof Peer, 'unsuitable'> | 'memory' | 'manyFives';

interface WorkerCall {
  readonly call: number;
  readonly method: WorkerMethod;
  readonly args: readonly unknown[];
}

export interface WorkerAnswer {
  readonly call: number;
  readonly value?: unknown;
  readonly error?: string;
  /** The peer has no such capability. */
  readonly lacking?: boolean;
}

const STEPS = 5;
const setup = JSON.parse(process.argv[2] ?? '{}') as PeerSetup;
const peer = await openPeer(setup);

/** Bytes that are resident, and that were at most. */
function memory(): { now: number; peak: number } {
  return { now: process.memoryUsage.rss(), peak: process.resourceUsage().maxRSS * 1024 };
}

async function manyFives(count: number): Promise<void> {
  await inLanes(count, setup.concurrency, async (i) => {
    const sum = await peer.five({ i, steps: STEPS });
    if (sum !== expectedSum(STEPS)) throw new Error(`A workflow answered ${String(sum)}.`);
  });
}

async function answer({ call, method, args }: WorkerCall): Promise<WorkerAnswer> {
  try {
    if (method === 'memory') return { call, value: memory() };
    if (method === 'manyFives') {
      await manyFives(args[0] as number);
      return { call };
    }
    const body = peer[method] as unknown as ((...given: readonly unknown[]) => Promise<unknown>) | undefined;
    if (body === undefined) return { call, error: `it has no ${method}`, lacking: true };
    return { call, value: await body(...args) };
  } catch (error) {
    return { call, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

process.on('message', (message: WorkerCall) => {
  void answer(message).then((reply) => process.send?.(reply));
});
// A worker does not outlive the run that it belongs to.
process.on('disconnect', () => process.exit(0));
