import { Workflow, type WorkflowContext } from '@romancy/nestjs';
import { Steps } from '../steps.activities.js';

@Workflow({ name: 'interop_sleep' })
export class SleeperWorkflow {
  constructor(private readonly steps: Steps) {}

  async run(seconds: number, ctx: WorkflowContext<number>): Promise<'woke'> {
    await this.steps.note('sleepy');
    await ctx.sleep(seconds * 1000);
    return 'woke';
  }
}
