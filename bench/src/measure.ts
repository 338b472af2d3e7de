import { expectedSum, type Peer } from './peer.js';

const STEPS = 5;

/** Throughput of *five*: `workflows` of them, `concurrency` at once; workflows per second. */
export async function throughput(peer: Peer, workflows: number, concurrency: number): Promise<number> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < workflows) {
      const i = next;
      next += 1;
      check(await peer.five({ i, steps: STEPS }));
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: concurrency }, lane));
  const seconds = (performance.now() - started) / 1000;
  await verify(peer, workflows);
  return workflows / seconds;
}

/** Latencies of one *five* at a time, from the start until its result is with the caller; milliseconds, sorted. */
export async function latencies(peer: Peer, rounds: number): Promise<readonly number[]> {
  const measured: number[] = [];
  for (let i = 0; i < rounds; i += 1) {
    const started = performance.now();
    check(await peer.five({ i, steps: STEPS }));
    measured.push(performance.now() - started);
  }
  await verify(peer, rounds);
  return measured.sort((a, b) => a - b);
}

export function percentile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

function check(sum: number): void {
  if (sum !== expectedSum(STEPS))
    throw new Error(`A workflow answered ${String(sum)} instead of ${String(expectedSum(STEPS))}.`);
}

async function verify(peer: Peer, workflows: number): Promise<void> {
  const { completed, results } = await peer.stored();
  if (completed !== workflows || results !== workflows * STEPS) {
    throw new Error(
      `The store holds ${String(completed)} completed workflows and ${String(results)} results; ${String(workflows)} ran.`,
    );
  }
}
