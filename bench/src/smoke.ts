import type { BenchArguments } from './arguments.js';
import type { Result } from './report/summary.js';

/** Most statements of one *five* at a time, those of the loops beside it included: six commits of one, or of several on the others. */
const MOST_STATEMENTS: Readonly<Record<string, number>> = { postgres: 8, sqlite: 24, mysql: 30, mariadb: 30 };

/** Whether every workload that was asked for has figures of ours, and no workflow takes more statements than it should; never times. */
export function checkSmoke(results: readonly Result[], { workloads, databases }: BenchArguments): number {
  const problems: string[] = [];
  for (const db of databases) {
    const ours = results.filter((result) => result.db === db && result.peer === 'romancy');
    for (const workload of workloads.filter((each) => each !== 'install')) {
      const found = ours.some((result) => result.workload.split('/')[0] === workload);
      if (!found && !(workload === 'I' && db === 'sqlite')) problems.push(`${workload} on ${db} has no figure`);
    }
    const statements = ours.find((result) => result.workload === 'B/statements');
    const most = MOST_STATEMENTS[db] ?? 0;
    if (workloads.includes('B') && !(statements && statements.max <= most))
      problems.push(
        `a workflow takes ${String(statements?.max)} statements on ${db}, at most ${String(most)} are expected`,
      );
  }
  for (const problem of problems) process.stderr.write(`smoke: ${problem}\n`);
  return problems.length;
}
