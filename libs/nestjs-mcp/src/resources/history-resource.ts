import { isTerminal } from '@romancy/core';
import {
  type EngineHost,
  InstanceNotFoundError,
  PageTokenError,
  type WorkflowClient,
  type InstanceInfo,
} from '@romancy/nestjs';
import type { CatalogueResource, Completion, ResourcePage } from '../catalogue/catalogue.js';
import { resourceContents } from '../catalogue/resource-contents.js';
import { UriPattern } from '../catalogue/uri-pattern.js';
import { toJson } from '../schema/to-json.js';
import { ErrorCode, McpError, type ReadResourceResult, type Resource } from '../sdk.js';
import { readEvents } from './history-events.js';

const PATTERN = new UriPattern('romancy://{workflow}/{instance_id}/history');
const PAGE = 50;
const PROPOSALS = 20;
const MIME_TYPE = 'application/json';

type Variables = Readonly<Record<string, string>>;

/** The history of each instance of the workflows that are offered, as a resource. */
export class HistoryResource implements CatalogueResource {
  readonly definition = {
    uriTemplate: PATTERN.text,
    name: 'workflow_history',
    title: 'History of a workflow instance',
    description: 'What an instance has done so far: its status and each recorded step, in order.',
    mimeType: MIME_TYPE,
  };
  readonly completions: ReadonlyMap<string, Completion>;

  /** @param workflows Names of the workflows that are offered. */
  constructor(
    private readonly workflows: ReadonlySet<string>,
    private readonly client: WorkflowClient,
    private readonly host: EngineHost,
  ) {
    this.completions = new Map<string, Completion>([
      ['workflow', async (value) => [...workflows].filter((name) => name.startsWith(value))],
      ['instance_id', async (value) => this.#idsWith(value)],
    ]);
  }

  match(uri: string): Variables | undefined {
    return PATTERN.match(uri);
  }

  async read(uri: string, variables: Variables): Promise<ReadResourceResult | undefined> {
    const info = await this.#find(variables);
    if (!info) return undefined;
    return resourceContents(uri, MIME_TYPE, { ...describe(info), ...(await readEvents(this.host, info.instanceId)) });
  }

  /** The newest instances first. */
  async list(cursor: string | undefined): Promise<ResourcePage> {
    for (let pageToken = cursor; ;) {
      const page = await this.#page(pageToken);
      const own = page.instances.filter(({ workflowName }) => this.workflows.has(workflowName));
      const next = page.nextPageToken ?? undefined;
      // A page of instances that are not offered would look like the end.
      if (own.length > 0 || next === undefined) {
        return { resources: own.map(resourceOf), ...(next === undefined ? {} : { nextCursor: next }) };
      }
      pageToken = next;
    }
  }

  async version(variables: Variables): Promise<string | undefined> {
    const info = await this.#find(variables);
    return info && [info.instanceId, info.status, info.stage, info.updatedAt.getTime()].join('\n');
  }

  async #page(pageToken: string | undefined): ReturnType<WorkflowClient['list']> {
    try {
      return await this.client.list({ limit: PAGE, ...(pageToken === undefined ? {} : { pageToken }) });
    } catch (error) {
      if (error instanceof PageTokenError) throw new McpError(ErrorCode.InvalidParams, error.message);
      throw error;
    }
  }

  async #find({ workflow, instance_id: instanceId }: Variables): Promise<InstanceInfo | undefined> {
    if (workflow === undefined || instanceId === undefined || !this.workflows.has(workflow)) return undefined;
    try {
      const info = await this.client.get(instanceId);
      return info.workflowName === workflow ? info : undefined;
    } catch (error) {
      if (error instanceof InstanceNotFoundError) return undefined;
      throw error;
    }
  }

  async #idsWith(part: string): Promise<readonly string[]> {
    const { instances } = await this.client.list({ limit: PROPOSALS, ...(part === '' ? {} : { instanceId: part }) });
    return instances.filter(({ workflowName }) => this.workflows.has(workflowName)).map(({ instanceId }) => instanceId);
  }
}

function resourceOf({ workflowName, instanceId, status, updatedAt }: InstanceInfo): Resource {
  return {
    uri: PATTERN.expand({ workflow: workflowName, instance_id: instanceId }),
    name: instanceId,
    description: `History of the ${workflowName} instance ${instanceId}, which is ${status}.`,
    mimeType: MIME_TYPE,
    annotations: { lastModified: updatedAt.toISOString() },
  };
}

function describe(info: InstanceInfo): Record<string, unknown> {
  return {
    instance_id: info.instanceId,
    workflow: info.workflowName,
    status: info.status,
    stage: info.stage,
    started_at: info.startedAt,
    updated_at: info.updatedAt,
    input: toJson(info.input),
    ...(info.status === 'completed' ? { result: toJson(info.result) } : {}),
    ...(info.error ? { error: { name: info.error.name, message: info.error.message } } : {}),
    ...(isTerminal(info.status) || info.cancelReason === null ? {} : { cancel_reason: info.cancelReason }),
  };
}
