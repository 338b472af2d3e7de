import { Workflow, type WorkflowContext } from '@romancy/nestjs';
import { printable } from '../payload.js';
import { within } from './subscriber.workflow.js';

export interface Membership {
  readonly group: string;
  readonly channel: string;
  readonly timeout: number | null;
}

/** A member of a group, until it has heard one message that was for the group. */
@Workflow({ name: 'interop_member' })
export class MemberWorkflow {
  async run({ group, channel, timeout }: Membership, ctx: WorkflowContext<Membership>): Promise<unknown> {
    await ctx.joinGroup(group);
    const { data } = await ctx.receive(channel, { mode: 'direct', ...within(timeout) });
    return printable(data);
  }
}

export interface GroupLetter {
  readonly group: string;
  readonly channel: string;
  readonly data: unknown;
}

@Workflow({ name: 'interop_tell_group' })
export class GroupSpeakerWorkflow {
  async run({ group, channel, data }: GroupLetter, ctx: WorkflowContext<GroupLetter>): Promise<readonly string[]> {
    const members = await ctx.groupMembers(group);
    await ctx.publishToGroup(group, channel, data);
    return members;
  }
}
