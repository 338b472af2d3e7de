import { appendFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  InstanceRetention,
  silentLogger,
  type Duration,
  type InstanceRetentionOptions,
  type RetainedRow,
  type RetentionTimes,
} from '@romancy/core';
import type { Command } from 'commander';
import { addText, durationOf } from '../arguments.js';
import { CliError } from '../cli-error.js';
import { Context } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { Progress } from '../output/progress.js';
import { table } from '../output/table.js';
import type { Terminal } from '../terminal.js';

interface GcOptions {
  readonly completed?: Duration | false;
  readonly failed?: Duration | false;
  readonly cancelled?: Duration | false;
  readonly generations?: Duration | false;
  readonly workflow?: readonly string[];
  readonly archive?: string;
  readonly dryRun?: true;
}

const OUTCOMES = ['completed', 'failed', 'cancelled', 'generations'] as const;

export function gcCommand(parent: Command, terminal: Terminal): void {
  parent
    .command('gc')
    .description(
      'removes finished instances whose time is over: by these options, else by "retention" of the configuration',
    )
    .option('--completed <duration>', 'completed longer ago than this, for example 30d', durationOf)
    .option('--failed <duration>', 'failed longer ago', durationOf)
    .option('--cancelled <duration>', 'cancelled longer ago', durationOf)
    .option('--generations <duration>', 'middle generations of chains that go on', durationOf)
    .option('-w, --workflow <name>', 'only of this workflow; repeatable', addText)
    .option('--archive <file>', 'appends what is removed, an instance per line, before it goes')
    .option('--dry-run', 'only shows what would go')
    .action(async (_: unknown, command: Command) => {
      const context = await Context.of<GcOptions>(terminal, command);
      const { dryRun = false } = context.options;
      const policy = policyOf(context);
      const removed = new Map<string, RetainedRow>();
      const progress = new Progress(terminal, dryRun ? 'found' : 'removed');
      const kept: string[] = [];
      await context.withStorage(async (storage) => {
        const retention = new InstanceRetention(storage, policy, {
          dryRun,
          onRemoved: (row) => {
            removed.set(row.instanceId, row);
            progress.at(removed.size);
          },
          logger: {
            ...silentLogger,
            warn: (message, fields) => {
              kept.push(`${message} ${typeof fields?.['error'] === 'string' ? fields['error'] : ''}`.trim());
            },
          },
        });
        await retention.all();
      });
      progress.end();
      const rows = [...removed.values()];
      const ids = rows.map(({ instanceId }) => instanceId);
      context.print({ dryRun, removed: ids }, () => {
        const count = `${String(rows.length)} instances ${dryRun ? 'would be removed' : 'removed'}.`;
        if (!dryRun || rows.length === 0) return count;
        return `${table(
          ['INSTANCE', 'WORKFLOW', 'STATUS'],
          rows.map((row) => [row.instanceId, row.workflowName, row.status]),
        )}\n${count}`;
      });
      if (kept.length > 0) throw new CliError(EXIT.failed, kept.join('\n'));
    });
}

function policyOf({ options, config, terminal }: Context<GcOptions>): InstanceRetentionOptions {
  const times: RetentionTimes = Object.fromEntries(
    OUTCOMES.filter((outcome) => options[outcome] !== undefined).map((outcome) => [outcome, options[outcome]]),
  );
  const given = Object.keys(times).length > 0;
  if (!given && config.retention === undefined)
    throw new CliError(
      EXIT.usage,
      'Say what may go, for example --completed 30d, or write "retention" into the configuration.',
    );
  const { archive, workflow } = options;
  const base = given ? times : (config.retention ?? {});
  const policy =
    workflow === undefined
      ? base
      : { workflows: Object.fromEntries(workflow.map((name) => [name, timesOf(base, name)])) };
  if (archive === undefined) return policy;
  const file = resolve(terminal.cwd, archive);
  return { ...policy, archive: (record) => appendFile(file, `${JSON.stringify(record)}\n`) };
}

/** What holds for one workflow alone. */
function timesOf(
  { workflows = {}, ...times }: NonNullable<Context['config']['retention']>,
  name: string,
): RetentionTimes {
  return { ...times, ...workflows[name] };
}
