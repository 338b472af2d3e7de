import { Workflow, type WorkflowContext } from '@romancy/nestjs';

export interface Publication {
  readonly channel: string;
  readonly items: readonly unknown[];
  readonly metadata: Readonly<Record<string, unknown>>;
}

@Workflow({ name: 'interop_publish' })
export class PublisherWorkflow {
  async run({ channel, items, metadata }: Publication, ctx: WorkflowContext<Publication>): Promise<string[]> {
    const ids: string[] = [];
    for (const item of items) ids.push(await ctx.publish(channel, item, { metadata }));
    return ids;
  }
}
