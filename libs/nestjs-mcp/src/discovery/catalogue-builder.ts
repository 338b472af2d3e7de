import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { EngineHost, StartupError, WorkflowClient, type Mistake } from '@romancy/nestjs';
import { Catalogue } from '../catalogue/catalogue.js';
import { defineTool, type ToolPlan } from '../catalogue/tool.js';
import type { RomancyMcpOptions } from '../interfaces/mcp-options.interface.js';
import { ROMANCY_MCP_OPTIONS } from '../mcp.tokens.js';
import { HistoryResource } from '../resources/history-resource.js';
import { validateToolName } from '../sdk.js';
import type { ExposedWorkflow } from '../workflows/exposed-workflow.js';
import { WorkflowTools } from '../workflows/workflow-tools.js';
import { McpExplorer, type Discovered } from './mcp.explorer.js';
import * as messages from './mcp.messages.js';
import { buildPrompt } from './prompt-builder.js';
import { buildResource } from './resource-builder.js';
import { buildTool } from './tool-builder.js';
import { UniqueNames } from './unique-names.js';
import { WorkflowExposer } from './workflow-exposer.js';

/** Fills the catalogue while the application boots, before any workflow runs, or refuses to start with everything that is wrong. */
@Injectable()
export class CatalogueBuilder implements OnModuleInit {
  constructor(
    @Inject(ROMANCY_MCP_OPTIONS) private readonly options: RomancyMcpOptions,
    private readonly catalogue: Catalogue,
    private readonly explorer: McpExplorer,
    private readonly exposer: WorkflowExposer,
    private readonly workflowTools: WorkflowTools,
    private readonly client: WorkflowClient,
    private readonly host: EngineHost,
  ) {}

  async onModuleInit(): Promise<void> {
    const discovered = this.explorer.explore();
    const mistakes: Mistake[] = [...discovered.mistakes, ...withoutDescription(discovered)];
    const exposed = await this.exposer.expose(mistakes);
    const names = new UniqueNames(mistakes);
    this.#addWorkflows(exposed, names);
    await this.#addMembers(discovered, names, mistakes);
    if (this.options.history !== false && exposed.length > 0) {
      const workflows = new Set(exposed.map(({ declared }) => declared.name));
      this.catalogue.resources.push(new HistoryResource(workflows, this.client, this.host));
    }
    if (mistakes.length > 0) throw new StartupError(mistakes);
  }

  #addWorkflows(exposed: readonly ExposedWorkflow[], names: UniqueNames): void {
    for (const workflow of exposed) {
      const where = workflow.declared.type.name;
      for (const plan of this.workflowTools.of(workflow)) {
        if (!validateToolName(plan.name).isValid) {
          names.refuse(
            messages.INVALID_TOOL_NAME(where, plan.name, "Give another one: @Workflow({ mcp: { name: '…' } })"),
          );
          break; // the other three have the same mistake
        }
        this.#addTool(where, plan, names);
      }
    }
  }

  async #addMembers({ tools, prompts, resources }: Discovered, names: UniqueNames, mistakes: Mistake[]): Promise<void> {
    for (const found of tools) {
      const plan = await buildTool(found, this.options.prefix ?? '', mistakes);
      if (validateToolName(plan.name).isValid) this.#addTool(found.where, plan, names);
      else
        names.refuse(messages.INVALID_TOOL_NAME(found.where, plan.name, "Give another one: @McpTool({ name: '…' })"));
    }
    for (const found of prompts) {
      const prompt = await buildPrompt(found, mistakes);
      const { name } = prompt.definition;
      if (names.claim('prompt', name, found.where)) this.catalogue.prompts.set(name, prompt);
    }
    for (const found of resources) {
      const resource = buildResource(found, mistakes);
      if (resource && names.claim('resource', found.options.uri, found.where)) this.catalogue.resources.push(resource);
    }
  }

  #addTool(where: string, plan: ToolPlan, names: UniqueNames): void {
    if (names.claim('tool', plan.name, where)) this.catalogue.tools.set(plan.name, defineTool(plan));
  }
}

function withoutDescription({ tools, prompts, resources }: Discovered): readonly Mistake[] {
  return [...tools, ...prompts, ...resources]
    .filter(({ options }) => !options.description)
    .map(({ where }) => messages.NO_DESCRIPTION(where));
}
