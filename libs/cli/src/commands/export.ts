import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { exportHistory, type Storage } from '@romancy/core';
import type { Command } from 'commander';
import { CliError } from '../cli-error.js';
import { Context } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { historyFileName } from '../output/history-file-name.js';
import { json } from '../output/json.js';
import { Progress } from '../output/progress.js';
import type { Terminal } from '../terminal.js';
import { eachHistory } from './each-history.js';
import { filterOf, withFilters, type FilterOptions } from './list.js';

interface ExportOptions extends FilterOptions {
  readonly out?: string;
}

export function exportCommand(parent: Command, terminal: Terminal): void {
  withFilters(
    parent
      .command('export')
      .description('writes histories as JSON, for replay in CI and for archives; payloads as they are stored')
      .argument('[instance-id]', 'one instance; without it all that the options name, into a folder'),
  )
    .option('-o, --out <path>', 'a file, or the folder for several')
    .action(async (instanceId: string | undefined, _: unknown, command: Command) => {
      const context = await Context.of<ExportOptions>(terminal, command);
      await context.withStorage((storage) =>
        instanceId === undefined ? exportMany(context, storage) : exportOne(context, storage, instanceId),
      );
    });
}

async function exportOne(context: Context<ExportOptions>, storage: Storage, instanceId: string): Promise<void> {
  const text = json(await exportHistory(storage, instanceId));
  const { out } = context.options;
  if (out === undefined) context.terminal.out(text);
  else await write(resolve(context.terminal.cwd, out), text);
}

async function exportMany(context: Context<ExportOptions>, storage: Storage): Promise<void> {
  const { out } = context.options;
  if (out === undefined) throw new CliError(EXIT.usage, 'Name an instance, or a folder for several with --out.');
  const folder = resolve(context.terminal.cwd, out);
  const progress = new Progress(context.terminal, 'exported');
  const files: string[] = [];
  for await (const history of eachHistory(storage, filterOf(context.options))) {
    const file = join(folder, historyFileName(history.instance.instanceId));
    await write(file, json(history));
    files.push(file);
    progress.at(files.length);
  }
  progress.end();
  context.print({ files }, () => `${String(files.length)} histories in ${folder}`);
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${text}\n`);
}
