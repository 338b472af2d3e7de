import { setTimeout } from 'node:timers/promises';
import { listen } from '../application.js';
import type { Command } from '../command.js';
import { follow } from '../follow.js';
import { peerNames } from '../names.js';
import { EventWaiterWorkflow } from '../workflows/event-waiter.workflow.js';
import { startedBy } from '../workflows/named.workflows.js';
import { OutboxWriterWorkflow } from '../workflows/outbox-writer.workflow.js';

export const waitEvent: Command = {
  workflows: () => [EventWaiterWorkflow],
  async run({ args, client, report }) {
    const input = { type: args.text('type'), count: args.number('count', 1), timeout: args.number('timeout') ?? null };
    await follow(await client.start(EventWaiterWorkflow, input), report);
  },
};

export const serve: Command = {
  workflows: (args) => peerNames(args).map(startedBy),
  async run({ app, args, report }) {
    report('serving', { url: await listen(app, args.number('port', 0)) });
    // the server keeps the process alive; a session that has closed it is not kept waiting
    await setTimeout(args.number('seconds', 5) * 1000, undefined, { ref: false });
  },
};

export const outbox: Command = {
  workflows: () => [OutboxWriterWorkflow],
  async run({ args, client, report }) {
    const event = { type: args.text('type'), source: args.text('source'), data: args.json('data', '{}') };
    await follow(await client.start(OutboxWriterWorkflow, event), report);
  },
};

export const relay: Command = {
  settings: (args) => ({ outbox: { http: { url: args.text('broker') }, interval: 200 } }),
  async run({ args, report }) {
    await setTimeout(args.number('seconds', 5) * 1000);
    report('relayed');
  },
};
