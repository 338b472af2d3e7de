import type { Command } from 'commander';
import { Context } from '../context.js';
import { explain } from '../explain/explain.js';
import { plain } from '../output/plain.js';
import type { Terminal } from '../terminal.js';
import { found } from './found.js';

export function explainCommand(parent: Command, terminal: Terminal): void {
  parent
    .command('explain')
    .description('says why an instance waits, is blocked or has failed, and what to do')
    .argument('<instance-id>')
    .action(async (instanceId: string, _: unknown, command: Command) => {
      const context = await Context.of(terminal, command);
      const explanation = await context.withSource(async (source) =>
        explain(await found(source, instanceId), await source.overview()),
      );
      const { summary, reasons, advice } = explanation;
      context.print(explanation, () => {
        const lines = [
          plain(summary),
          ...reasons.flatMap((reason) => reason.split('\n').map((line) => `  ${plain(line)}`)),
        ];
        return [
          ...lines,
          ...(advice.length > 0 ? ['', 'What to do:', ...advice.map((line) => `  ${plain(line)}`)] : []),
        ].join('\n');
      });
    });
}
