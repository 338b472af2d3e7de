import type { Sample } from '../bench.js';

export interface Measurement extends Sample {
  readonly db: string;
  readonly peer: string;
  readonly concurrency: number;
}

export interface Result {
  readonly workload: string;
  readonly db: string;
  readonly peer: string;
  readonly concurrency: number;
  readonly repetitions: number;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** Median of the repetitions' 95th percentiles; null where one repetition is one value. */
  readonly p95: number | null;
  readonly unit: string;
  /** Median over the median of *raw* in the same run; null without one, or where that is nothing. */
  readonly ratioToRaw: number | null;
}

export function summarize(measurements: readonly Measurement[]): readonly Result[] {
  const groups = new Map<string, Measurement[]>();
  for (const measurement of measurements) {
    const key = [measurement.workload, measurement.db, measurement.peer].join(' ');
    groups.set(key, [...(groups.get(key) ?? []), measurement]);
  }
  const results = [...groups.values()].map((group) => {
    const values = group.map(({ value }) => value);
    const [{ workload, db, peer, concurrency, unit }] = group as [Measurement];
    const tails = group.map(({ p95 }) => p95).filter((p95) => p95 !== null);
    return {
      ...{ workload, db, peer, concurrency, repetitions: group.length },
      ...{ median: median(values), min: Math.min(...values), max: Math.max(...values) },
      ...{ p95: tails.length > 0 ? median(tails) : null, unit },
    };
  });
  return results.map((result) => {
    const raw = results.find(
      ({ peer, db, workload }) => peer === 'raw' && db === result.db && workload === result.workload,
    );
    return { ...result, ratioToRaw: raw && raw.median > 0 ? result.median / raw.median : null };
  });
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? high) + high) / 2;
}
