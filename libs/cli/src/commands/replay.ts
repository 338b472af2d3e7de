import { FRAMEWORK, exportHistory, type InstanceStatus, type RecordedHistory } from '@romancy/core';
import type { Command } from 'commander';
import { countOf } from '../arguments.js';
import { CliError } from '../cli-error.js';
import { Context } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { Progress } from '../output/progress.js';
import { openReplay, type ReplayReport } from '../replay/application-code.js';
import { readHistories } from '../replay/history-files.js';
import { reportText } from '../replay/report-text.js';
import { DatabaseSource } from '../sources/database-source.js';
import { addStatuses } from '../statuses.js';
import type { Terminal } from '../terminal.js';
import { eachInstance } from './each-instance.js';

interface ReplayOptions {
  readonly app?: string;
  readonly workflow?: string;
  readonly status?: readonly InstanceStatus[];
  readonly limit?: number;
}

export function replayCommand(parent: Command, terminal: Terminal): void {
  parent
    .command('replay')
    .description('runs histories against the present code, for CI; exits with 7 where one does not fit')
    .argument(
      '[histories...]',
      'files or folders that export has written (ending in .json, or with a slash), or ids of instances',
    )
    .option('--app <module>', 'the module with the workflows: dist/app.module.js#AppModule')
    .option('-w, --workflow <name>', 'all instances of this workflow in the database')
    .option('-s, --status <status>', 'of those only these; several with commas', addStatuses)
    .option('-n, --limit <count>', 'of those so many at most', countOf)
    .action(async (named: readonly string[], _: unknown, command: Command) => {
      const context = await Context.of<ReplayOptions>(terminal, command);
      const app = context.options.app ?? context.config.app;
      if (app === undefined)
        throw new CliError(EXIT.usage, 'Name the module with the workflows: --app dist/app.module.js#AppModule');
      const histories = await collect(context, named);
      const code = await openReplay(app, terminal.cwd);
      const reports: ReplayReport[] = [];
      const progress = new Progress(terminal, 'replayed');
      try {
        for (const history of histories) {
          reports.push(await code.replay(history));
          progress.at(reports.length, histories.length);
        }
      } finally {
        progress.end();
        await code.close();
      }
      const misfits = reports.filter(({ fits }) => !fits);
      context.print({ replayed: reports.length, reports }, () => reportText(reports));
      if (misfits.length > 0)
        throw new CliError(
          EXIT.differs,
          `${String(misfits.length)} of ${String(reports.length)} histories do not fit the present code.`,
        );
    });
}

async function collect(context: Context<ReplayOptions>, named: readonly string[]): Promise<readonly RecordedHistory[]> {
  const { workflow, status, limit = Infinity } = context.options;
  const files = named.filter((name) => /\.json$|[/\\]|^\.+$/.test(name));
  const ids = named.filter((name) => !files.includes(name));
  const histories = [...(await readHistories(files, context.terminal.cwd))];
  if (ids.length > 0 || workflow !== undefined) {
    await context.withStorage(async (storage) => {
      for (const id of ids) histories.push(await exportHistory(storage, id));
      if (workflow === undefined) return;
      let count = 0;
      const filter = { framework: FRAMEWORK, workflowName: workflow, ...(status && { status }) };
      for await (const instance of eachInstance(new DatabaseSource(storage), filter)) {
        if (instance.workflowName !== workflow) continue;
        if (++count > limit) return;
        histories.push(await exportHistory(storage, instance.instanceId));
      }
    });
  }
  if (histories.length === 0)
    throw new CliError(EXIT.notFound, 'There is nothing to replay: name files, ids, or a --workflow of the database.');
  return histories;
}
