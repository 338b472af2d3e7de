import { Workflow, type WorkflowContext } from '@romancy/nestjs';
import { startedWorkflow } from '../names.js';
import { within } from './subscriber.workflow.js';

export interface SharedInput {
  readonly channel: string;
  readonly timeout: number | null;
}

export interface FinishedBy {
  readonly finished_by: string;
}

interface SharedRun {
  run(input: SharedInput, ctx: WorkflowContext<SharedInput>): Promise<FinishedBy>;
}

/** One class for each name: a workflow is known by its class. */
const made = new Map<string, new () => SharedRun>();

/** The workflow that every framework has under this one name: whoever finishes an instance leaves its name. */
export function sharedWorkflow(peer: string): new () => SharedRun {
  @Workflow({ name: 'interop_shared' })
  class SharedWorkflow {
    async run({ channel, timeout }: SharedInput, ctx: WorkflowContext<SharedInput>): Promise<FinishedBy> {
      await ctx.receive(channel, within(timeout));
      return { finished_by: peer };
    }
  }
  const workflow = made.get(peer) ?? SharedWorkflow;
  made.set(peer, workflow);
  return workflow;
}

/** The workflow that an event of its name starts. */
export function startedBy(peer: string): new () => object {
  @Workflow({ name: startedWorkflow(peer), startOn: true })
  class StartedWorkflow {
    async run(input: unknown): Promise<{ by: string; input: unknown }> {
      return { by: peer, input };
    }
  }
  return StartedWorkflow;
}
