import { plain } from './plain.js';

const GAP = '  ';

/** Columns for people: a head, and every row in one line. */
export function table(head: readonly string[], rows: readonly (readonly (string | null)[])[]): string {
  const lines = [head, ...rows.map((row) => row.map((cell) => plain(cell ?? '')))];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join(GAP)
        .trimEnd(),
    )
    .join('\n');
}

/** `name: value` lines, the values under each other; what is undefined is left out. */
export function facts(entries: readonly (readonly [string, string | null | undefined])[]): string {
  const given = entries.filter(([, value]) => value !== undefined && value !== null);
  const width = Math.max(...given.map(([name]) => name.length)) + 2;
  return given.map(([name, value]) => `${`${name}:`.padEnd(width)}${value ?? ''}`).join('\n');
}
