import { setTimeout } from 'node:timers/promises';
import { InstanceNotCancellableError, InstanceNotFoundError } from '@romancy/nestjs';
import type { Command } from '../command.js';
import { follow, reportEnd, reportWaiting } from '../follow.js';
import { PEER } from '../names.js';
import { EventWaiterWorkflow } from '../workflows/event-waiter.workflow.js';
import { MemberWorkflow } from '../workflows/member.workflow.js';
import { sharedWorkflow } from '../workflows/named.workflows.js';
import { SleeperWorkflow } from '../workflows/sleeper.workflow.js';
import { SubscriberWorkflow } from '../workflows/subscriber.workflow.js';

export const migrate: Command = {
  async run() {
    // starting was all
  },
};

export const sleep: Command = {
  workflows: () => [SleeperWorkflow],
  async run({ args, client, report }) {
    await follow(await client.start(SleeperWorkflow, args.number('seconds', 1)), report);
  },
};

export const shared: Command = {
  workflows: (args) => [sharedWorkflow(args.text('as', PEER))],
  async run({ args, client, report }) {
    const input = { channel: args.text('channel'), timeout: args.number('timeout') ?? null };
    const handle = await client.start(sharedWorkflow(args.text('as', PEER)), input);
    if ((await reportWaiting(handle, report)) && args.has('detach')) return;
    await reportEnd(handle, report);
  },
};

export const hold: Command = {
  workflows: (args) => [sharedWorkflow(args.text('as', PEER))],
  async run({ args, report }) {
    await setTimeout(args.number('seconds', 5) * 1000);
    report('held');
  },
};

// beyond what every peer offers: removes what is over
export const clean: Command = {
  settings: () => ({
    messageRetention: '7d',
    instanceRetention: { completed: '1s', failed: '1s', cancelled: '1s', generations: '1s', interval: '1s' },
  }),
  async run({ args, report }) {
    await setTimeout(args.number('seconds', 5) * 1000);
    report('cleaned');
  },
};

export const cancel: Command = {
  // what waits is brought to its end although the process that began it may be gone
  workflows: (args) => [
    EventWaiterWorkflow,
    MemberWorkflow,
    SleeperWorkflow,
    SubscriberWorkflow,
    sharedWorkflow(args.text('as', PEER)),
  ],
  async run({ args, client, report }) {
    const handle = client.handle(args.text('instance'));
    try {
      await handle.cancel('interop');
      await handle.result().catch(() => undefined);
      report('result', { status: 'completed', output: (await handle.status()) === 'cancelled' });
    } catch (error) {
      if (!(error instanceof InstanceNotFoundError || error instanceof InstanceNotCancellableError)) throw error;
      report('result', { status: 'failed', output: false, error: error.message });
    }
  },
};
