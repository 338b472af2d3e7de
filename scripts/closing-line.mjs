/**
 * The closing line of a test run. Run as a program it sums the counts that the runners appended to a file:
 *   node scripts/closing-line.mjs <file>      exits 1 when a test failed or when nothing ran
 */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

export function closingLine({ passed, failed, skipped = 0 }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

export function sumOf(file) {
  const rows = readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const row of rows) for (const key of Object.keys(sum)) sum[key] += row[key] ?? 0;
  return sum;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const sum = sumOf(process.argv[2]);
  console.log(closingLine(sum));
  process.exitCode = sum.failed > 0 || sum.passed === 0 ? 1 : 0;
}
