import type { Overview } from '@romancy/core';
import { DatabaseSchema } from '@romancy/typeorm';
import type { Command } from 'commander';
import { CliError } from '../cli-error.js';
import { Application } from '../connection/application.js';
import { existing, FRUGAL } from '../connection/database.js';
import type { ApplicationPlace, DatabasePlace } from '../connection/target.js';
import { Context } from '../context.js';
import { exitCodeOf, messageOf } from '../exit-code-of.js';
import { EXIT } from '../exit-codes.js';
import type { Check } from '../doctor/check.js';
import { judgeOverview } from '../doctor/judge-overview.js';
import { table } from '../output/table.js';
import type { Terminal } from '../terminal.js';

export function doctorCommand(parent: Command, terminal: Terminal): void {
  parent
    .command('doctor')
    .description('looks at the database, its tables, clock, workers and outbox; exits with 8 where something is broken')
    .action(async (_: unknown, command: Command) => {
      const context = await Context.of(terminal, command);
      const place = context.place('database');
      const checks = place.kind === 'database' ? await ofDatabase(context, place) : await ofApplication(context, place);
      context.print(checks, () =>
        table(
          ['', 'CHECK', 'FOUND'],
          checks.map(({ state, name, detail }) => [state, name, detail]),
        ),
      );
      const broken = checks.filter(({ state }) => state === 'fail').length;
      if (broken > 0)
        throw new CliError(EXIT.unhealthy, `${String(broken)} of ${String(checks.length)} checks failed.`);
    });
}

async function ofDatabase(context: Context, place: DatabasePlace): Promise<readonly Check[]> {
  let schema: DatabaseSchema;
  const asked = Date.now();
  try {
    schema = await DatabaseSchema.open({ database: await existing(place, context.terminal.cwd), ...FRUGAL });
  } catch (error) {
    return [failed('database', error)];
  }
  const checks: Check[] = [
    { name: 'database', state: 'ok', detail: `${schema.dialect}, connected in ${String(Date.now() - asked)}ms` },
  ];
  try {
    const pending = (await schema.statuses()).filter(({ state }) => state === 'pending');
    if (pending.length > 0)
      return [
        ...checks,
        { name: 'tables', state: 'fail', detail: `${String(pending.length)} migrations pending: romancy migrate up` },
      ];
    checks.push({ name: 'tables', state: 'ok', detail: 'up to date' });
  } finally {
    await schema.close();
  }
  return [...checks, ...(await overviewChecks(context))];
}

async function ofApplication(context: Context, place: ApplicationPlace): Promise<readonly Check[]> {
  const application = new Application(place);
  try {
    const { status } = await application.ask('GET', { path: '/health/ready' });
    const ready: Check = {
      name: 'application',
      state: status === 200 ? 'ok' : 'fail',
      detail: `/health/ready answers ${String(status)}`,
    };
    return [ready, ...(await overviewChecks(context))];
  } catch (error) {
    return [failed('application', error)];
  }
}

async function overviewChecks(context: Context): Promise<readonly Check[]> {
  try {
    const overview: Overview = await context.withSource((source) => source.overview());
    return judgeOverview(overview, Date.now());
  } catch (error) {
    // An application without the viewer is not ill.
    const absent = exitCodeOf(error) === EXIT.notFound;
    return [{ ...failed('overview', error), state: absent ? 'warn' : 'fail' }];
  }
}

function failed(name: string, error: unknown): Check {
  return { name, state: 'fail', detail: messageOf(error) };
}
