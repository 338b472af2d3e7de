import type { ConflictPolicy } from '@romancy/core';
import { Option, type Command } from 'commander';
import { jsonArgument } from '../arguments.js';
import { CliError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';
import { Application } from '../connection/application.js';
import { openStorage } from '../connection/database.js';
import { steer } from '../connection/steering.js';
import { Context } from '../context.js';
import type { Terminal } from '../terminal.js';

interface StartOptions {
  readonly id?: string;
  readonly onConflict: ConflictPolicy;
}

const POLICIES: readonly ConflictPolicy[] = ['fail', 'use-existing', 'restart-if-terminal'];

export function startCommand(parent: Command, terminal: Terminal): void {
  parent
    .command('start')
    .description('starts a workflow; through an application its schema is checked first')
    .argument('<workflow>', 'name of the workflow')
    .argument('[input]', 'JSON, @file, or - for the standard input', 'null')
    .option('--id <instance-id>', 'makes the start idempotent (default: a new id)')
    .addOption(
      new Option('--on-conflict <policy>', 'what a second start with that id gets; on a database only')
        .choices(POLICIES)
        .default('fail'),
    )
    .action(async (workflowName: string, text: string, _: unknown, command: Command) => {
      const context = await Context.of<StartOptions>(terminal, command);
      const input = await jsonArgument(text, terminal);
      const { id: instanceId, onConflict } = context.options;
      const request = { workflowName, input, onConflict, ...(instanceId !== undefined && { instanceId }) };
      const place = context.place('application');
      if (place.kind === 'application' && onConflict !== 'fail')
        throw new CliError(EXIT.usage, 'An application refuses an id that is taken; --on-conflict needs --database.');
      const report =
        place.kind === 'database'
          ? await steer(await openStorage(place, terminal.cwd), workflowName, (engine) => engine.startInstance(request))
          : await startThrough(new Application(place), { workflow: workflowName, input, instanceId });
      context.print(report, () =>
        report.created === false ? `${report.instanceId} exists already.` : `${report.instanceId} has started.`,
      );
    });
}

async function startThrough(
  application: Application,
  body: object,
): Promise<{ readonly instanceId: string; readonly created?: boolean }> {
  return (await application.post({ path: application.api('instances'), body })) as { readonly instanceId: string };
}
