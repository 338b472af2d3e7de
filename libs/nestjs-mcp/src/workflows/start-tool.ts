import { createHash } from 'node:crypto';
import { InvalidInputError, type WorkflowClient, type WorkflowHandle } from '@romancy/nestjs';
import { Refusal, type ToolPlan } from '../catalogue/tool.js';
import { structured } from '../catalogue/tool-answer.js';
import { describedBy } from '../schema/described-value.js';
import { issueText } from '../schema/issues.js';
import { toolNames, type ExposedWorkflow } from './exposed-workflow.js';
import { INSTANCE_ID, objectOf, WORKFLOW } from './instance-schemas.js';
import { KEY_ARGUMENTS, startLayout } from './start-arguments.js';

const KEY_DIGITS = 32;

const OUTPUT = describedBy(
  objectOf(
    {
      instance_id: INSTANCE_ID,
      workflow: WORKFLOW,
      created: { type: 'boolean', description: 'False when the idempotency key had started this instance before.' },
    },
    ['instance_id', 'workflow', 'created'],
  ),
);

/** Starts an instance and answers at once. */
export function startTool(exposed: ExposedWorkflow, client: WorkflowClient): ToolPlan {
  const { base, description, declared, input } = exposed;
  const { start, status, result } = toolNames(base);
  const layout = startLayout(input?.json);
  return {
    name: start,
    description: `${description} Starts it and answers an instance_id at once; follow it with ${status} and get the outcome with ${result}.`,
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
    input: { json: layout.json, check: describedBy(KEY_ARGUMENTS).check },
    output: OUTPUT,
    run: async (args, { traceContext }) => {
      const given = layout.take(args as Readonly<Record<string, unknown>>);
      // A schema of the workflow is checked by the start itself; one that only describes it is checked here.
      const checked = declared.input ? undefined : await input?.check(given.input);
      if (checked?.issues) throw refusalOf(start, new InvalidInputError(declared.name, checked.issues));
      const id = given.key === undefined ? {} : { instanceId: instanceIdOf(declared.name, given.key) };
      const options = { ...id, traceContext };
      const handle = await client.start(declared.type, given.input as never, options).catch((error: unknown) => {
        throw error instanceof InvalidInputError ? refusalOf(start, error) : error;
      });
      return answer(exposed, handle);
    },
  };
}

/** By its digest: a key may hold what no database compares exactly, such as upper and lower case. */
function instanceIdOf(workflowName: string, key: string): string {
  return `${workflowName}-${createHash('sha256').update(key).digest('hex').slice(0, KEY_DIGITS)}`;
}

function refusalOf(tool: string, { issues }: InvalidInputError): Refusal {
  return new Refusal(
    `The arguments of ${tool} are refused: ${issueText(issues)}. Nothing was started; correct them and call it again.`,
  );
}

function answer({ base, declared }: ExposedWorkflow, { instanceId, created }: WorkflowHandle): unknown {
  const { status, result } = toolNames(base);
  const next = `Call ${result} with this instance_id and a wait_seconds to wait for the outcome, or ${status} to look how far it has come.`;
  const before =
    'This idempotency key has started the instance before; it goes on with the arguments it was started with.';
  return structured(
    { instance_id: instanceId, workflow: declared.name, created },
    created ? next : `${before} ${next}`,
  );
}
