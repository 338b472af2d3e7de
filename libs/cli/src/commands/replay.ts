import { FRAMEWORK, exportHistory, type InstanceStatus, type RecordedHistory, type Storage } from '@romancy/core';
import type { Command } from 'commander';
import { countOf } from '../arguments.js';
import { CliError } from '../cli-error.js';
import { Context } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { Progress } from '../output/progress.js';
import { openReplay, type ReplayReport } from '../replay/application-code.js';
import { historyFiles, readHistory } from '../replay/history-files.js';
import { reportText } from '../replay/report-text.js';
import { addStatuses } from '../statuses.js';
import type { Terminal } from '../terminal.js';
import { eachHistory } from './each-history.js';

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
      const source = await sourceOf(context, named);
      const code = await openReplay(app, terminal.cwd);
      const reports: ReplayReport[] = [];
      const progress = new Progress(terminal, 'replayed');
      try {
        await source.each(async (history) => {
          reports.push(await code.replay(history));
          progress.at(reports.length, source.total);
        });
      } finally {
        progress.end();
        await code.close();
      }
      if (reports.length === 0) throw nothing();
      const misfits = reports.filter(({ fits }) => !fits);
      context.print({ replayed: reports.length, reports }, () => reportText(reports));
      if (misfits.length > 0)
        throw new CliError(
          EXIT.differs,
          `${String(misfits.length)} of ${String(reports.length)} histories do not fit the present code.`,
        );
    });
}

/** Histories that are read one at a time. */
interface HistorySource {
  /** Undefined where nobody has counted them. */
  readonly total: number | undefined;
  each(take: (history: RecordedHistory) => Promise<void>): Promise<void>;
}

async function sourceOf(context: Context<ReplayOptions>, named: readonly string[]): Promise<HistorySource> {
  const { workflow } = context.options;
  const paths = named.filter((name) => /\.json$|[/\\]|^\.+$/.test(name));
  const ids = named.filter((name) => !paths.includes(name));
  const files = await historyFiles(paths, context.terminal.cwd);
  if (files.length + ids.length === 0 && workflow === undefined) throw nothing();
  return {
    total: workflow === undefined ? files.length + ids.length : undefined,
    each: async (take) => {
      for (const file of files) await take(await readHistory(file));
      if (ids.length === 0 && workflow === undefined) return;
      await context.withStorage(async (storage) => {
        for (const id of ids) await take(await exportHistory(storage, id));
        if (workflow !== undefined) await ofWorkflow(context.options, storage, workflow, take);
      });
    },
  };
}

async function ofWorkflow(
  { status, limit = Infinity }: ReplayOptions,
  storage: Storage,
  workflow: string,
  take: (history: RecordedHistory) => Promise<void>,
): Promise<void> {
  let count = 0;
  const filter = { framework: FRAMEWORK, workflowName: workflow, ...(status && { status }) };
  for await (const history of eachHistory(storage, filter, workflow)) {
    await take(history);
    if (++count >= limit) return;
  }
}

function nothing(): CliError {
  return new CliError(EXIT.notFound, 'There is nothing to replay: name files, ids, or a --workflow of the database.');
}
