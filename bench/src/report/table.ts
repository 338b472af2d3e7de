import type { Result } from './summary.js';

const HEAD = ['workload', 'database', 'peer', 'c', 'median [min-max]', 'p95', 'of raw'];

/** The results as a Markdown table, which reads well in a terminal, too. */
export function table(results: readonly Result[]): string {
  const rows = results.map((each) => [
    each.workload,
    each.db,
    each.peer,
    String(each.concurrency),
    `${figure(each.median)} [${figure(each.min)}-${figure(each.max)}] ${each.unit}`,
    each.p95 === null ? '-' : figure(each.p95),
    each.ratioToRaw === null ? '-' : each.ratioToRaw.toFixed(2),
  ]);
  const all = [HEAD, ...rows];
  const widths = HEAD.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(HEAD), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

export function figure(value: number): string {
  return value >= 100
    ? value.toFixed(0)
    : value
        .toPrecision(3)
        .replace(/(\.\d*?)0+$/, '$1')
        .replace(/\.$/, '');
}
