import { plain } from '../output/plain.js';
import type { ReplayReport } from './application-code.js';

/** What does not fit, finding by finding, and how many do. */
export function reportText(reports: readonly ReplayReport[]): string {
  const lines = reports
    .filter(({ findings }) => findings.length > 0)
    .flatMap(({ instanceId, workflowName, fits, findings }) => [
      plain(`${fits ? 'fits' : 'DIFFERS'}  ${instanceId} (${workflowName})`),
      ...findings.flatMap(({ severity, code, message, details }) => [
        `  ${severity}: ${code}`,
        ...message.split('\n').map((line) => `    ${plain(line)}`),
        ...detailLines(details),
      ]),
    ]);
  const fitting = reports.filter(({ fits }) => fits).length;
  return [...lines, `${String(fitting)} of ${String(reports.length)} histories fit the present code.`].join('\n');
}

/** The two ends of a difference under each other, where the finding has them. */
function detailLines(details: unknown): readonly string[] {
  if (typeof details !== 'object' || details === null) return [];
  const { recorded, replayed } = details as { readonly recorded?: unknown; readonly replayed?: unknown };
  if (replayed === undefined) return [];
  return [
    `    - recorded: ${plain(JSON.stringify(recorded ?? null))}`,
    `    + replayed: ${plain(JSON.stringify(replayed))}`,
  ];
}
