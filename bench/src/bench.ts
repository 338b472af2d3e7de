import { NotApplicableError } from './not-applicable.error.js';
import type { Peer, PeerSetup } from './peer.js';
import type { Sizes } from './sizes.js';
import type { WorkerProcess } from './worker-process.js';

/** One figure of one repetition. */
export interface Sample {
  /** The workload's id, with what was varied or measured beside it: `E/1000`, `A/statements`. */
  readonly workload: string;
  readonly value: number;
  readonly p95: number | null;
  readonly unit: string;
}

/** What a workload works with. */
export interface Bench {
  readonly setup: PeerSetup;
  readonly sizes: Sizes;
  /** The peer in this process; the same one at each call. */
  readonly peer: () => Promise<Peer>;
  /** The peer in another process. */
  readonly worker: () => Promise<WorkerProcess>;
}

export function sample(workload: string, value: number, unit: string, p95: number | null = null): Sample {
  return { workload, value, p95, unit };
}

/** How many statements each of so many took; nothing of a peer that does not count them. */
export function statementsSample(
  workload: string,
  [before, after]: readonly [number | undefined, number | undefined],
  count: number,
  unit = 'per workflow',
): readonly Sample[] {
  if (before === undefined || after === undefined) return [];
  return [sample(`${workload}/statements`, (after - before) / count, unit)];
}

/** A sample of the middle of many values, with their 95th percentile. */
export function distribution(workload: string, values: readonly number[], unit: string): Sample {
  const sorted = [...values].sort((a, b) => a - b);
  return sample(workload, percentile(sorted, 0.5), unit, percentile(sorted, 0.95));
}

export function percentile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

/** The capability of a peer that a workload needs. */
export function capability<K extends keyof Peer>(peer: Peer, name: K): NonNullable<Peer[K]> {
  const method = peer[name];
  if (method === undefined) throw new NotApplicableError(`it has no ${name}`);
  return method;
}

export function expect(what: string, actual: number, expected: number): void {
  if (actual !== expected) throw new Error(`${what}: ${String(actual)} instead of ${String(expected)}.`);
}
