import type { BenchArguments } from './arguments.js';
import type { Result } from './report/summary.js';

/** Most statements of a workflow, an event, a timer, a step, a subscriber, those of the loops beside it included. */
const MOST_STATEMENTS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  postgres: { A: 3, B: 8, C: 12, D: 8, E: 1.5, F: 5 },
  sqlite: { A: 9, B: 24 },
};

/** Whether every workload that was asked for has figures of ours, and nothing takes more statements than it should; never times. */
export function checkSmoke(results: readonly Result[], { workloads, databases }: BenchArguments): number {
  const problems: string[] = [];
  for (const db of databases) {
    const ours = results.filter((result) => result.db === db && result.peer === 'romancy');
    for (const workload of workloads.filter((each) => each !== 'install')) {
      const found = ours.some((result) => result.workload.split('/')[0] === workload);
      if (!found && !(workload === 'I' && db === 'sqlite')) problems.push(`${workload} on ${db} has no figure`);
    }
    for (const [workload, most] of Object.entries(MOST_STATEMENTS[db] ?? {})) {
      if (!workloads.includes(workload)) continue;
      const statements = ours.find((result) => result.workload === `${workload}/statements`);
      if (!(statements && statements.max <= most))
        problems.push(
          `${workload} takes ${String(statements?.max)} statements on ${db}, at most ${String(most)} are expected`,
        );
    }
  }
  for (const problem of problems) process.stderr.write(`smoke: ${problem}\n`);
  return problems.length;
}
