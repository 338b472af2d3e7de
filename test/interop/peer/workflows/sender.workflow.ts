import { Workflow, type WorkflowContext } from '@romancy/nestjs';

export interface Letter {
  readonly instance: string;
  readonly channel: string;
  readonly data: unknown;
}

@Workflow({ name: 'interop_send_to' })
export class SenderWorkflow {
  async run({ instance, channel, data }: Letter, ctx: WorkflowContext<Letter>): Promise<string> {
    return ctx.sendTo(instance, channel, data);
  }
}
