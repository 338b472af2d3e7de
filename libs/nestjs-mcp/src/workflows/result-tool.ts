import {
  ResultTimeoutError,
  WorkflowCancelledError,
  WorkflowFailedError,
  type InstanceInfo,
  type WorkflowClient,
} from '@romancy/nestjs';
import type { ToolPlan } from '../catalogue/tool.js';
import { structured } from '../catalogue/tool-answer.js';
import type { McpContext } from '../interfaces/mcp-context.interface.js';
import { describedBy } from '../schema/described-value.js';
import { toolNames, type ExposedWorkflow } from './exposed-workflow.js';
import type { InstanceLookup } from './instance-lookup.js';
import { pollInterval, type ProgressReader } from './instance-progress.js';
import { INSTANCE_ID, objectOf } from './instance-schemas.js';
import { outcomeOf, resultSchema, resultView, type Outcome } from './result-view.js';

/** How long a client may wait in one call, and how often it hears of progress meanwhile; milliseconds. */
export interface WaitLimits {
  readonly longest: number;
  readonly interval: number;
}

export interface ResultServices {
  readonly client: WorkflowClient;
  readonly lookup: InstanceLookup;
  readonly progress: ProgressReader;
  readonly limits: WaitLimits;
}

/** Answers the outcome of an instance, and waits for it when asked to. */
export function resultTool(exposed: ExposedWorkflow, services: ResultServices): ToolPlan {
  const { base, description, output } = exposed;
  const { longest } = services.limits;
  const wait = {
    type: 'number',
    minimum: 0,
    maximum: longest / 1_000,
    default: 0,
    description:
      'Wait so many seconds for the end before answering. Progress is reported meanwhile to a client that asks for it.',
  };
  return {
    name: toolNames(base).result,
    description: `Answers whether an instance is running, completed, failed or cancelled, with its result or error. The workflow: ${description}`,
    annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
    input: describedBy(objectOf({ instance_id: INSTANCE_ID, wait_seconds: wait }, ['instance_id'])),
    output: describedBy(resultSchema(output?.json)),
    run: async (args, ctx) => {
      const { instance_id: instanceId, wait_seconds: seconds = 0 } = args as {
        instance_id: string;
        wait_seconds?: number;
      };
      const first = await services.lookup.find(exposed, instanceId);
      const isOver = outcomeOf(first) !== 'running' || seconds === 0;
      const info = isOver ? first : await waitFor(exposed, instanceId, first, seconds, services, ctx);
      const poll = pollInterval(info, await services.progress.read(info));
      return structured(await resultView(instanceId, info, output, poll), hintOf(outcomeOf(info), poll));
    },
  };
}

/** In slices, after each of which the client hears how far the instance has come. */
async function waitFor(
  exposed: ExposedWorkflow,
  instanceId: string,
  first: InstanceInfo,
  seconds: number,
  { client, lookup, progress, limits }: ResultServices,
  ctx: McpContext,
): Promise<InstanceInfo> {
  const begin = performance.now();
  const elapsed = (): number => (performance.now() - begin) / 1_000;
  const counter = progress.counter();
  let info = first;
  while (elapsed() < seconds && !ctx.signal.aborted) {
    const { activitiesCompleted } = await progress.read(info, counter);
    const stage = info.stage === null ? '' : `, stage ${info.stage}`;
    await ctx.progress(
      elapsed(),
      seconds,
      `${info.status}${stage}, ${String(activitiesCompleted)} activities completed`,
    );
    const slice = Math.max(1, Math.min(limits.interval, (seconds - elapsed()) * 1_000));
    const ended = await hasEnded(client, instanceId, Math.round(slice));
    info = await lookup.find(exposed, instanceId);
    if (ended) break;
  }
  return info;
}

async function hasEnded(client: WorkflowClient, instanceId: string, timeout: number): Promise<boolean> {
  try {
    await client.handle(instanceId).result({ timeout });
    return true;
  } catch (error) {
    if (error instanceof ResultTimeoutError) return false;
    if (error instanceof WorkflowFailedError || error instanceof WorkflowCancelledError) return true;
    throw error;
  }
}

function hintOf(outcome: Outcome, poll: number): string {
  if (outcome !== 'running') return `The workflow is ${outcome}.`;
  return `There is no result yet. Call this tool again with a wait_seconds, or in ${String(poll)} ms.`;
}
