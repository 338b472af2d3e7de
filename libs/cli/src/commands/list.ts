import { FRAMEWORK, type InputFilter, type InstanceStatus } from '@romancy/core';
import type { Command } from 'commander';
import { addInputFilter, countOf, momentOf } from '../arguments.js';
import { Context } from '../context.js';
import { moment } from '../output/plain.js';
import { table } from '../output/table.js';
import type { ListFilter } from '../sources/source.js';
import { addStatuses } from '../statuses.js';
import type { Terminal } from '../terminal.js';

export interface FilterOptions {
  readonly status?: readonly InstanceStatus[];
  readonly workflow?: string;
  readonly id?: string;
  readonly since?: number;
  readonly until?: number;
  readonly input?: readonly InputFilter[];
  readonly all?: true;
}

interface ListOptions extends FilterOptions {
  readonly limit: number;
  readonly pageToken?: string;
}

/** Options that say which instances are meant. */
export function withFilters(command: Command): Command {
  return command
    .option('-s, --status <status>', 'only these; several with commas, also waiting, live, ended', addStatuses)
    .option('-w, --workflow <name>', 'part of the workflow’s name')
    .option('--id <part>', 'part of the instance’s id')
    .option('--since <time>', 'started at this time or later; 2h is two hours ago', momentOf)
    .option('--until <time>', 'started at this time or earlier', momentOf)
    .option('--input <path=value>', 'with this value inside the input; repeatable', addInputFilter)
    .option('-a, --all', 'also instances of the sibling frameworks');
}

export function filterOf(options: FilterOptions): ListFilter {
  return {
    framework: options.all ? null : FRAMEWORK,
    ...(options.status && { status: options.status }),
    ...(options.workflow !== undefined && { workflowName: options.workflow }),
    ...(options.id !== undefined && { instanceId: options.id }),
    ...(options.since !== undefined && { startedAfter: options.since }),
    ...(options.until !== undefined && { startedBefore: options.until }),
    ...(options.input && { input: options.input }),
  };
}

export function listCommand(parent: Command, terminal: Terminal): void {
  withFilters(parent.command('list').description('lists instances, the newest first'))
    .option('-n, --limit <count>', 'so many at most', countOf, 50)
    .option('--page-token <token>', 'goes on where a page ended')
    .action(async (_: unknown, command: Command) => {
      const context = await Context.of<ListOptions>(terminal, command);
      const { limit, pageToken } = context.options;
      const filter = { ...filterOf(context.options), limit, ...(pageToken !== undefined && { pageToken }) };
      const page = await context.withSource((source) => source.list(filter));
      context.print(page, () => {
        const rows = page.instances.map((row) => [
          row.instanceId,
          row.workflowName,
          row.status,
          row.stage,
          moment(row.startedAt),
          moment(row.updatedAt),
          ...(context.options.all ? [row.framework] : []),
        ]);
        const head = ['INSTANCE', 'WORKFLOW', 'STATUS', 'STAGE', 'STARTED', 'UPDATED'];
        return rows.length === 0 ? 'No instances.' : table(context.options.all ? [...head, 'FRAMEWORK'] : head, rows);
      });
      if (page.nextPageToken !== null) terminal.note(`There are more: --page-token '${page.nextPageToken}'`);
    });
}
