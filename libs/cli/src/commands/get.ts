import type { HistoryItem, InstanceDetail } from '@romancy/core';
import type { Command } from 'commander';
import { Context } from '../context.js';
import { shown } from '../output/json.js';
import { historyLines } from '../output/history-lines.js';
import { moment, plain } from '../output/plain.js';
import { facts } from '../output/table.js';
import type { Terminal } from '../terminal.js';
import { found } from './found.js';
import { wholeHistory } from './whole-history.js';

export function getCommand(parent: Command, terminal: Terminal): void {
  parent
    .command('get')
    .description('shows an instance: status, input, result, what it waits for, history')
    .argument('<instance-id>')
    .action(async (instanceId: string, _: unknown, command: Command) => {
      const context = await Context.of(terminal, command);
      const { detail, history } = await context.withSource(async (source) => ({
        detail: await found(source, instanceId),
        history: await wholeHistory(source, instanceId),
      }));
      context.print({ ...detail, history }, () => describe(detail, history));
    });
}

function describe(detail: InstanceDetail, history: readonly HistoryItem[]): string {
  const { outcome } = detail;
  const head = facts([
    ['Instance', plain(detail.instanceId)],
    ['Workflow', plain(detail.workflowName)],
    ['Framework', detail.ours ? null : detail.framework],
    ['Status', detail.block === null ? detail.status : `${detail.status} (blocked: ${detail.block.code})`],
    ['Stage', detail.stage === null ? null : plain(detail.stage)],
    ['Started', moment(detail.startedAt)],
    ['Updated', moment(detail.updatedAt)],
    ['Continues', detail.continuedFrom === null ? null : plain(detail.continuedFrom)],
    ['Held by', detail.heldBy === null ? null : plain(detail.heldBy)],
    [
      'Cancelled',
      detail.cancelRequestedAt === null
        ? null
        : `${moment(detail.cancelRequestedAt)} ${plain(detail.cancelReason ?? '')}`,
    ],
  ]);
  const waits = detail.waitingFor.map(
    (wait) =>
      `  ${wait.kind} ${plain(wait.stepId)}${wait.channel === null ? '' : ` on ${plain(wait.channel)}`}` +
      `${wait.key === null ? '' : ` with the key ${plain(wait.key)}`}${wait.until === null ? '' : ` until ${moment(wait.until)}`}`,
  );
  return [
    head,
    `\nInput:\n${shown(detail.input, 2)}`,
    ...(outcome?.result ? [`\nResult:\n${shown(outcome.result, 2)}`] : []),
    ...(outcome?.failure ? [`\nError:\n${plain(`${outcome.failure.name}: ${outcome.failure.message}`)}`] : []),
    ...(waits.length > 0 ? [`\nWaits for:\n${waits.join('\n')}`] : []),
    `\nHistory:\n${history.length === 0 ? '(empty)' : historyLines(history, false).join('\n')}`,
  ].join('\n');
}
