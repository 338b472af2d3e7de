import type { Command } from 'commander';
import { Context } from '../context.js';
import { historyLines } from '../output/history-lines.js';
import type { Terminal } from '../terminal.js';
import { found } from './found.js';
import { wholeHistory } from './whole-history.js';

export function historyCommand(parent: Command, terminal: Terminal): void {
  parent
    .command('history')
    .description('shows the recorded steps of an instance, with their inputs and results')
    .argument('<instance-id>')
    .option('--steps', 'without inputs and results')
    .action(async (instanceId: string, _: unknown, command: Command) => {
      const context = await Context.of<{ readonly steps?: true }>(terminal, command);
      const history = await context.withSource(async (source) => {
        await found(source, instanceId);
        return wholeHistory(source, instanceId);
      });
      context.print(history, () =>
        history.length === 0 ? 'Nothing is recorded.' : historyLines(history, !context.options.steps).join('\n'),
      );
    });
}
