import type { Command } from 'commander';
import { Application, failure, isProblem, segmentOf } from '../connection/application.js';
import { openStorage } from '../connection/database.js';
import { steer } from '../connection/steering.js';
import { Context } from '../context.js';
import type { Terminal } from '../terminal.js';

export function cancelCommand(parent: Command, terminal: Terminal): void {
  parent
    .command('cancel')
    .description('asks an instance to stop; what it has done is undone')
    .argument('<instance-id>')
    .option('-r, --reason <text>', 'kept with the instance')
    .action(async (instanceId: string, _: unknown, command: Command) => {
      const context = await Context.of<{ readonly reason?: string }>(terminal, command);
      const { reason } = context.options;
      const place = context.place('application');
      if (place.kind === 'database') {
        const storage = await openStorage(place, terminal.cwd);
        await steer(storage, undefined, (engine) => engine.cancel(instanceId, reason));
      } else await cancelThrough(new Application(place), instanceId, reason);
      context.print({ instanceId, requested: true }, () => `${instanceId} is being cancelled.`);
    });
}

/** By the route for it, or by the viewer's where that is not mounted. */
async function cancelThrough(application: Application, instanceId: string, reason: string | undefined): Promise<void> {
  const body = reason === undefined ? {} : { reason };
  const path = `/cancel/${segmentOf(instanceId)}`;
  const { status, body: answer } = await application.ask('POST', { path, body });
  if (status >= 200 && status < 300) return;
  if (status !== 404 || isProblem(answer)) throw failure(`POST ${application.url}${path}`, status, answer);
  await application.post({ path: application.api('instances', instanceId, 'cancel'), body });
}
