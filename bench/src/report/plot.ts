import type { Result } from './summary.js';
import { figure } from './table.js';

const [LABEL, WIDTH, BAR, ROW, TOP] = [190, 420, 14, 22, 34];

/** Bars of the medians, with the span from minimum to maximum as a line. */
export function plot(workload: string, results: readonly Result[]): string {
  const most = Math.max(...results.map(({ max }) => max));
  const x = (value: number): string => (LABEL + (value / most) * WIDTH).toFixed(1);
  const rows = results.map((result, row) => {
    const y = TOP + row * ROW;
    const middle = y + BAR / 2;
    const label = `${result.peer}, ${result.db}`;
    const colour = result.peer === 'romancy' ? '#c2410c' : result.peer.startsWith('raw') ? '#64748b' : '#94a3b8';
    const width = (Number(x(result.median)) - LABEL).toFixed(1);
    return [
      `<text x="${String(LABEL - 8)}" y="${String(y + 11)}" text-anchor="end">${label}</text>`,
      `<rect x="${String(LABEL)}" y="${String(y)}" width="${width}" height="${String(BAR)}" fill="${colour}"/>`,
      `<path d="M${x(result.min)} ${String(middle)}H${x(result.max)}" stroke="#111827"/>`,
      `<text x="${String(Number(x(result.max)) + 6)}" y="${String(y + 11)}">${figure(result.median)}</text>`,
    ].join('');
  });
  const height = TOP + results.length * ROW + 8;
  const size = `width="${String(LABEL + WIDTH + 80)}" height="${String(height)}"`;
  const title = `<text x="8" y="18" font-weight="bold">${workload}, ${results[0]?.unit ?? ''}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="sans-serif" font-size="12">`,
    `<rect width="100%" height="100%" fill="#fff"/>${title}`,
    ...rows,
    '</svg>\n',
  ].join('\n');
}
