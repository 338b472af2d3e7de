import type { InstanceInfo } from '@romancy/nestjs';
import type { ToolPlan } from '../catalogue/tool.js';
import { structured } from '../catalogue/tool-answer.js';
import { describedBy } from '../schema/described-value.js';
import { toolNames, type ExposedWorkflow } from './exposed-workflow.js';
import type { InstanceLookup } from './instance-lookup.js';
import { pollInterval, type InstanceProgress, type ProgressReader } from './instance-progress.js';
import { INSTANCE_ID, objectOf, POLL_INTERVAL, STAGE, STATUS, WORKFLOW } from './instance-schemas.js';

const INPUT = describedBy(objectOf({ instance_id: INSTANCE_ID }, ['instance_id']));

const TIME = { type: 'string', format: 'date-time' };

const WAIT = objectOf(
  {
    step: { type: 'string', description: 'The step that waits.' },
    kind: {
      type: 'string',
      enum: ['timer', 'retry', 'message'],
      description: 'A deadline, the next attempt of a step that failed, or a message or event.',
    },
    until: { ...TIME, description: 'When it goes on at the latest.' },
    channel: { type: 'string', description: 'Channel of the message, or type of the event.' },
    attempts: { type: 'integer', description: 'Attempts made so far.' },
  },
  ['step', 'kind'],
);

const BLOCK = objectOf({ code: { type: 'string' }, blocked_at: TIME }, ['code', 'blocked_at']);

const OUTPUT = describedBy(
  objectOf(
    {
      instance_id: INSTANCE_ID,
      workflow: WORKFLOW,
      status: STATUS,
      stage: STAGE,
      started_at: TIME,
      updated_at: TIME,
      activities_completed: { type: 'integer', minimum: 0, description: 'Steps that are done.' },
      waits: {
        type: 'array',
        items: WAIT,
        description: 'What the workflow waits for.',
      },
      cancel_reason: { type: ['string', 'null'], description: 'Set when its cancellation was asked for.' },
      blocked: { ...BLOCK, description: 'Present when the instance is set aside until an operator looks at it.' },
      suggested_poll_interval_ms: POLL_INTERVAL,
    },
    ['instance_id', 'workflow', 'status', 'stage', 'activities_completed', 'waits', 'suggested_poll_interval_ms'],
  ),
);

/** Says how far an instance has come. */
export function statusTool(exposed: ExposedWorkflow, lookup: InstanceLookup, progress: ProgressReader): ToolPlan {
  const { base, description } = exposed;
  const { status, result } = toolNames(base);
  return {
    name: status,
    description: `Answers how far an instance has come, what it waits for and when to ask again. The workflow: ${description}`,
    annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
    input: INPUT,
    output: OUTPUT,
    run: async (args) => {
      const { instance_id: instanceId } = args as { instance_id: string };
      const info = await lookup.find(exposed, instanceId);
      const view = viewOf(instanceId, info, await progress.read(info));
      const poll = view.suggested_poll_interval_ms;
      return structured(view, poll === 0 ? `It has ended; ${result} answers how.` : `Ask again in ${String(poll)} ms.`);
    },
  };
}

function viewOf(
  instanceId: string,
  info: InstanceInfo,
  progress: InstanceProgress,
): Record<string, unknown> & {
  readonly suggested_poll_interval_ms: number;
} {
  const { block } = progress;
  return {
    instance_id: instanceId,
    workflow: info.workflowName,
    status: info.status,
    stage: info.stage,
    started_at: info.startedAt.toISOString(),
    updated_at: info.updatedAt.toISOString(),
    activities_completed: progress.activitiesCompleted,
    waits: progress.waits,
    cancel_reason: info.cancelReason,
    ...(block ? { blocked: { code: block.code, blocked_at: block.blockedAt.toISOString() } } : {}),
    suggested_poll_interval_ms: pollInterval(info, progress),
  };
}
