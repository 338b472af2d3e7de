export interface Measurement {
  readonly workload: string;
  readonly db: string;
  readonly peer: string;
  readonly concurrency: number;
  readonly value: number;
  readonly p95: number | null;
}

export interface Result {
  readonly workload: string;
  readonly db: string;
  readonly peer: string;
  readonly concurrency: number;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly p95: number | null;
  readonly unit: string;
  /** Median over the median of *raw* in the same run; null without one. */
  readonly ratioToRaw: number | null;
}

const UNITS: Record<string, string> = { A: 'workflows/s', B: 'ms' };

export function summarize(measurements: readonly Measurement[]): readonly Result[] {
  const groups = new Map<string, Measurement[]>();
  for (const measurement of measurements) {
    const { workload, db, peer, concurrency } = measurement;
    const key = [workload, db, peer, concurrency].join(' ');
    groups.set(key, [...(groups.get(key) ?? []), measurement]);
  }
  const results = [...groups.values()].map((group) => {
    const values = group.map(({ value }) => value);
    const [{ workload, db, peer, concurrency }] = group as [Measurement];
    const p95 = workload === 'B' ? median(group.map((each) => each.p95 ?? Number.NaN)) : null;
    const [min, max] = [Math.min(...values), Math.max(...values)];
    return { workload, db, peer, concurrency, median: median(values), min, max, p95, unit: UNITS[workload] ?? '' };
  });
  return results.map((result) => {
    const raw = results.find(
      ({ peer, db, workload }) => peer === 'raw' && db === result.db && workload === result.workload,
    );
    return { ...result, ratioToRaw: raw ? result.median / raw.median : null };
  });
}

export function printTable(results: readonly Result[]): void {
  const round = (value: number | null): string =>
    value === null ? '-' : value >= 100 ? value.toFixed(0) : value.toFixed(2);
  const rows = results.map((each) => [
    each.workload,
    each.db,
    each.peer,
    String(each.concurrency),
    `${round(each.median)} [${round(each.min)}-${round(each.max)}] ${each.unit}`,
    round(each.p95),
    each.ratioToRaw === null ? '-' : `${each.ratioToRaw.toFixed(2)} x`,
  ]);
  const table = [['workload', 'database', 'peer', 'c', 'median [min-max]', 'p95', 'of raw'], ...rows];
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  for (const row of table)
    process.stdout.write(`| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |\n`);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? high) + high) / 2;
}
