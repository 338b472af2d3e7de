import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { jsonArgument } from '../arguments.js';
import { CliError } from '../cli-error.js';
import { Context } from '../context.js';
import { EXIT } from '../exit-codes.js';
import type { Terminal } from '../terminal.js';

interface EventOptions {
  readonly eventId?: string;
  readonly source: string;
}

const NOBODY = '-';

export function eventCommand(parent: Command, terminal: Terminal): void {
  parent
    .command('event')
    .description(
      'sends a CloudEvent to an application: to one instance, or (with - for the id) to whoever waits for it',
    )
    .argument('<instance-id>', 'the instance, or - for none in particular')
    .argument('<type>', 'type of the event')
    .argument('[data]', 'JSON, @file, or - for the standard input', 'null')
    .option('--event-id <id>', 'the same event, sent again, changes nothing (default: a new one)')
    .option('--source <uri>', 'source of the event', 'romancy-cli')
    .action(async (instanceId: string, type: string, data: string, _: unknown, command: Command) => {
      const context = await Context.of<EventOptions>(terminal, command);
      const { database, db, url } = context.options;
      if (url === undefined && (database ?? db) !== undefined)
        throw new CliError(EXIT.usage, 'Events go to an application: name it with --url instead of a database.');
      const application = context.application();
      const id = context.options.eventId ?? randomUUID();
      const body = {
        specversion: '1.0',
        id,
        source: context.options.source,
        type,
        time: new Date().toISOString(),
        datacontenttype: 'application/json',
        ...(instanceId !== NOBODY && { romancyinstanceid: instanceId }),
        data: await jsonArgument(data, terminal),
      };
      const answer = await application.post({
        path: application.eventsPath,
        body,
        contentType: 'application/cloudevents+json',
      });
      context.print({ id, answer }, () => `The event ${id} was accepted.`);
    });
}
