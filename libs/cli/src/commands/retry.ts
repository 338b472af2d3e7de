import type { RetryReport } from '@romancy/core';
import type { Command } from 'commander';
import { Application } from '../connection/application.js';
import { openStorage } from '../connection/database.js';
import { steer, workflowOf } from '../connection/steering.js';
import { Context } from '../context.js';
import type { Terminal } from '../terminal.js';

export function retryCommand(parent: Command, terminal: Terminal): void {
  parent
    .command('retry')
    .description('a blocked instance goes on; a failed or cancelled one starts anew, with the same input')
    .argument('<instance-id>')
    .action(async (instanceId: string, _: unknown, command: Command) => {
      const context = await Context.of(terminal, command);
      const place = context.place('application');
      let report: RetryReport;
      if (place.kind === 'database') {
        const storage = await openStorage(place, terminal.cwd);
        const workflowName = await workflowOf(storage, instanceId).catch(async (error: unknown) => {
          await storage.close();
          throw error;
        });
        report = await steer(storage, workflowName, (engine) => engine.retry(instanceId));
      } else {
        const application = new Application(place);
        const path = application.api('instances', instanceId, 'retry');
        report = (await application.post({ path, body: {} })) as RetryReport;
      }
      context.print(report, () =>
        report.kind === 'restarted' ? `${report.instanceId} has started.` : `${report.instanceId} goes on.`,
      );
    });
}
