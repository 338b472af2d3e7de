import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { plot } from './plot.js';
import type { Result } from './summary.js';
import { table } from './table.js';

const DOCUMENT = fileURLToPath(new URL('../../../docs/benchmarks.md', import.meta.url));
const FOLDER = fileURLToPath(new URL('../../../docs/benchmarks/', import.meta.url));
const [BEGIN, END] = ['<!-- results -->', '<!-- end of results -->'];

/** Puts table, JSON and plots where the documentation shows them. */
export function document(results: readonly Result[]): void {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(`${FOLDER}results.json`, `${JSON.stringify({ results }, null, 2)}\n`);
  const plotted = [...new Set(results.map(({ workload }) => workload))].filter((workload) =>
    results.some((result) => result.workload === workload && result.peer !== 'raw' && result.ratioToRaw !== null),
  );
  const images = plotted.map((workload) => {
    const file = `${workload.replace('/', '-')}.svg`;
    writeFileSync(
      `${FOLDER}${file}`,
      plot(
        workload,
        results.filter((result) => result.workload === workload),
      ),
    );
    return `![${workload}](benchmarks/${file})`;
  });
  const text = readFileSync(DOCUMENT, 'utf8');
  const [before, rest] = [text.split(BEGIN)[0] ?? '', text.split(END)[1] ?? ''];
  writeFileSync(DOCUMENT, [before + BEGIN, '', table(results), '', ...images, '', END + rest].join('\n'));
}
