import type { ChannelMode } from '@romancy/nestjs';
import { UsageError, type Arguments } from '../arguments.js';
import type { Command } from '../command.js';
import { follow } from '../follow.js';
import { PublisherWorkflow } from '../workflows/publisher.workflow.js';
import { SenderWorkflow } from '../workflows/sender.workflow.js';
import { SubscriberWorkflow } from '../workflows/subscriber.workflow.js';

export const subscribe: Command = {
  workflows: () => [SubscriberWorkflow],
  async run({ args, client, report }) {
    const input = {
      channel: args.text('channel'),
      mode: args.text('mode', 'broadcast') as ChannelMode,
      count: args.number('count', 1),
      timeout: args.number('timeout') ?? null,
      busy: args.number('busy', 0),
    };
    await follow(await client.start(SubscriberWorkflow, input), report);
  },
};

export const publish: Command = {
  workflows: () => [PublisherWorkflow],
  async run({ args, client, report }) {
    const channel = args.text('channel');
    const items = args.allJson('data');
    const metadata = metadataOf(args);
    if (!args.has('outside') && !args.has('base64')) {
      await follow(await client.start(PublisherWorkflow, { channel, items, metadata }), report);
      return;
    }
    const bytes = args.has('base64') ? [Uint8Array.from(Buffer.from(args.text('base64'), 'base64'))] : [];
    for (const item of [...items, ...bytes]) await client.publish(channel, item, { metadata });
    report('published');
  },
};

export const sendTo: Command = {
  workflows: () => [SenderWorkflow],
  async run({ args, client, report }) {
    const letter = { instance: args.text('instance'), channel: args.text('channel'), data: args.json('data') };
    await follow(await client.start(SenderWorkflow, letter), report);
  },
};

function metadataOf(args: Arguments): Readonly<Record<string, unknown>> {
  const metadata = args.json('metadata', '{}');
  if (typeof metadata !== 'object' || metadata === null) throw new UsageError('--metadata is no JSON object.');
  return metadata as Readonly<Record<string, unknown>>;
}
