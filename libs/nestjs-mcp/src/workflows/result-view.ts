import { isTerminal } from '@romancy/core';
import type { InstanceInfo } from '@romancy/nestjs';
import { Refusal } from '../catalogue/tool.js';
import type { JsonSchema } from '../interfaces/json-schema.interface.js';
import type { DescribedValue } from '../schema/described-value.js';
import { embedded } from '../schema/embedded.js';
import { issueText } from '../schema/issues.js';
import { toJson } from '../schema/to-json.js';
import { INSTANCE_ID, objectOf, POLL_INTERVAL, STAGE, STATUS, WORKFLOW } from './instance-schemas.js';

/** How an instance stands, for somebody who wants its result. */
export type Outcome = 'running' | 'completed' | 'failed' | 'cancelled';

const ERROR = objectOf({ name: { type: 'string' }, message: { type: 'string' }, code: { type: ['string', 'null'] } }, [
  'name',
  'message',
  'code',
]);

/** JSON Schema of the answer, with that of the workflow's result inside. */
export function resultSchema(output: JsonSchema | undefined): JsonSchema {
  const result = output ? embedded(output, '#/properties/result') : {};
  return objectOf(
    {
      instance_id: INSTANCE_ID,
      workflow: WORKFLOW,
      outcome: {
        type: 'string',
        enum: ['running', 'completed', 'failed', 'cancelled'] satisfies Outcome[],
        description: 'running: there is no result yet. completed: `result` holds it. failed: `error` says why.',
      },
      status: STATUS,
      stage: STAGE,
      result,
      error: { ...ERROR, description: 'Present when it failed.' },
      cancel_reason: { type: ['string', 'null'], description: 'Present when it was cancelled.' },
      suggested_poll_interval_ms: POLL_INTERVAL,
    },
    ['instance_id', 'workflow', 'outcome', 'status', 'stage', 'suggested_poll_interval_ms'],
  );
}

export function outcomeOf({ status }: InstanceInfo): Outcome {
  if (!isTerminal(status) || status === 'recurred') return 'running';
  return status;
}

/** The answer for an instance. @throws Refusal for a result that the output schema does not allow. */
export async function resultView(
  instanceId: string,
  info: InstanceInfo,
  output: DescribedValue | undefined,
  poll: number,
): Promise<Record<string, unknown>> {
  const outcome = outcomeOf(info);
  return {
    instance_id: instanceId,
    workflow: info.workflowName,
    outcome,
    status: info.status,
    stage: info.stage,
    ...(outcome === 'completed' ? { result: await resultOf(info, output) } : {}),
    ...(info.error
      ? { error: { name: info.error.name, message: info.error.message, code: info.error.code ?? null } }
      : {}),
    ...(outcome === 'cancelled' ? { cancel_reason: info.cancelReason } : {}),
    suggested_poll_interval_ms: poll,
  };
}

async function resultOf({ instanceId, result }: InstanceInfo, output: DescribedValue | undefined): Promise<unknown> {
  const checked = await output?.check(result);
  if (!checked?.issues) return toJson(checked ? checked.value : result);
  // A client would refuse the whole answer, and the result with it.
  throw new Refusal(
    `Instance ${JSON.stringify(instanceId)} is completed, but its result does not match the output schema of the workflow ` +
      `(${issueText(checked.issues)}). The result is: ${JSON.stringify(toJson(result))}`,
  );
}
