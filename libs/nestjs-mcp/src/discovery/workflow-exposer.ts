import { Inject, Injectable } from '@nestjs/common';
import { DeclaredWorkflows, type DeclaredWorkflow, type Mistake, type WorkflowMcpOptions } from '@romancy/nestjs';
import type { RomancyMcpOptions } from '../interfaces/mcp-options.interface.js';
import { ROMANCY_MCP_OPTIONS } from '../mcp.tokens.js';
import type { ExposedWorkflow } from '../workflows/exposed-workflow.js';
import * as messages from './mcp.messages.js';
import { readSchema } from './schema-reader.js';

interface Offer {
  readonly declared: DeclaredWorkflow;
  readonly options: WorkflowMcpOptions;
}

/** Finds the workflows that are to be offered: by their decorator, and by the module, whose word counts where both have one. */
@Injectable()
export class WorkflowExposer {
  constructor(
    @Inject(ROMANCY_MCP_OPTIONS) private readonly options: RomancyMcpOptions,
    private readonly workflows: DeclaredWorkflows,
  ) {}

  async expose(mistakes: Mistake[]): Promise<readonly ExposedWorkflow[]> {
    const offers = new Map<unknown, Offer>();
    for (const declared of this.workflows.list()) {
      if (declared.mcp) offers.set(declared.type, { declared, options: declared.mcp });
    }
    for (const { workflow, ...options } of this.options.workflows ?? []) {
      const declared = this.workflows.of(workflow);
      if (declared) offers.set(workflow, { declared, options });
      else mistakes.push(messages.NO_WORKFLOW(workflow.name));
    }
    const exposed: ExposedWorkflow[] = [];
    for (const offer of offers.values()) exposed.push(await this.#exposed(offer, mistakes));
    return exposed;
  }

  async #exposed({ declared, options }: Offer, mistakes: Mistake[]): Promise<ExposedWorkflow> {
    const where = declared.type.name;
    const { description, name = declared.name } = options;
    if (!description) mistakes.push(messages.NO_DESCRIPTION(where));
    const source = { ...options, ...declared };
    const before = mistakes.length;
    const input = await readSchema(where, 'input', source, mistakes);
    const run = (declared.type.prototype as { readonly run?: { readonly length: number } }).run;
    const takesInput = run !== undefined && run.length > 0;
    if (!input && takesInput && mistakes.length === before) mistakes.push(messages.NO_INPUT_SCHEMA(where));
    const output = await readSchema(where, 'output', source, mistakes);
    return { declared, base: `${this.options.prefix ?? ''}${name}`, description, input, output };
  }
}
