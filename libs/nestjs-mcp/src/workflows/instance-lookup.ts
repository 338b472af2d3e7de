import { Injectable } from '@nestjs/common';
import { InstanceNotFoundError, WorkflowClient, type InstanceInfo } from '@romancy/nestjs';
import { Refusal } from '../catalogue/tool.js';
import { toolNames, type ExposedWorkflow } from './exposed-workflow.js';

/** Finds instances for the tools of one workflow, which see no others. */
@Injectable()
export class InstanceLookup {
  constructor(private readonly client: WorkflowClient) {}

  /** @throws Refusal for an id that is unknown or belongs to another workflow. */
  async find({ declared, base }: ExposedWorkflow, instanceId: string): Promise<InstanceInfo> {
    const advice = `Use the instance_id that ${toolNames(base).start} answered.`;
    const info = await this.#get(instanceId);
    if (!info) throw new Refusal(`There is no instance ${JSON.stringify(instanceId)}. ${advice}`);
    if (info.workflowName !== declared.name) {
      throw new Refusal(`Instance ${JSON.stringify(instanceId)} does not belong to ${declared.name}. ${advice}`);
    }
    return info;
  }

  async #get(instanceId: string): Promise<InstanceInfo | undefined> {
    try {
      return await this.client.get(instanceId);
    } catch (error) {
      if (error instanceof InstanceNotFoundError) return undefined;
      throw error;
    }
  }
}
