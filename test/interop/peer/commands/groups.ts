import type { Command } from '../command.js';
import { follow } from '../follow.js';
import { GroupSpeakerWorkflow, MemberWorkflow } from '../workflows/member.workflow.js';

// beyond what every peer offers

export const member: Command = {
  workflows: () => [MemberWorkflow],
  async run({ args, client, report }) {
    const input = {
      group: args.text('group'),
      channel: args.text('channel'),
      timeout: args.number('timeout') ?? null,
    };
    await follow(await client.start(MemberWorkflow, input), report);
  },
};

export const tellGroup: Command = {
  workflows: () => [GroupSpeakerWorkflow],
  async run({ args, client, report }) {
    const letter = { group: args.text('group'), channel: args.text('channel'), data: args.json('data') };
    await follow(await client.start(GroupSpeakerWorkflow, letter), report);
  },
};
